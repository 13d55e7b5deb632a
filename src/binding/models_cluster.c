/* Bindings of the clustering models: core.models, for lua/latent/models. */
#include "binding/models.h"

#include "models/kmeans.h"
#include "models/minibatch_kmeans.h"

/* ---- k-means ---- */

static lt_kmeans_options kmeans_options(lua_State *L, int arg) {
    static const char *const inits[] = {"k-means++", "random", "linspace", NULL};
    static const char *const empties[] = {"relocate", "keep", "zero", NULL};
    lt_kmeans_options o = {.k = lb_opt_int(L, arg, "k", 8),
                           .start = lb_opt_tensor(L, arg, "init"),
                           .n_init = lb_opt_int(L, arg, "n_init", 1),
                           .max_iter = lb_opt_int(L, arg, "max_iter", 300),
                           .tol = lb_opt_number(L, arg, "tol", 1e-4),
                           .trace = lb_opt_bool(L, arg, "trace", false)};
    o.init = o.start ? LT_KMEANS_GIVEN
                     : (lt_kmeans_init)lb_opt_choice(L, arg, "KMeans", "init", inits,
                                                     "a tensor of centres");
    if (lua_getfield(L, arg, "empty") != LUA_TNIL)
        o.empty = (lt_kmeans_empty)lb_opt_choice(L, arg, "KMeans", "empty", empties, NULL);
    lua_pop(L, 1);
    o.seed = lb_opt_seed(L, arg);
    return o;
}

static int push_kmeans(lua_State *L, lt_kmeans_result *r) {
    lua_createtable(L, 0, 10);
    lb_set_tensor(L, "centers", &r->centers);
    lb_set_tensor(L, "labels", &r->labels);
    lb_set_tensor(L, "trace_centers", &r->trace_centers);
    lb_set_tensor(L, "trace_low", &r->trace_low);
    lb_set_tensor(L, "trace_high", &r->trace_high);
    lb_set_tensor(L, "trace_inertia", &r->trace_inertia);
    lb_set_number(L, "inertia", r->inertia);
    lb_set_integer(L, "n_iter", r->n_iter);
    lb_set_bool(L, "converged", r->converged);
    lb_set_number(L, "shift", r->shift);
    return 1;
}

static int f_kmeans(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_kmeans_options o = kmeans_options(L, 2);
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_kmeans_result r = {.n_iter = 0};
    LB_TRY(L, lt_kmeans(&r, x, &o));
    return push_kmeans(L, &r);
}

/* kmeans_assign(centers, x): labels, inertia */
static int f_kmeans_assign(lua_State *L) {
    lt_tensor *centers = lb_check(L, 1), *x = lb_check(L, 2);
    lt_tensor *labels = lb_new(L);
    double inertia;
    LB_TRY(L, lt_kmeans_assign(labels, &inertia, centers, x));
    lb_done(L, labels);
    lua_pushnumber(L, inertia);
    return 2;
}

static int f_minibatch_kmeans(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_minibatch_options o = {.start = kmeans_options(L, 2),
                              .batch_size = lb_opt_int(L, 2, "batch_size", 1024),
                              .patience = lb_opt_int(L, 2, "max_no_improvement", 10)};
    lb_watcher watcher;
    o.start.watch = lb_watch(L, 3, &watcher);
    lt_kmeans_result r = {.n_iter = 0};
    LB_TRY(L, lt_minibatch_kmeans(&r, x, &o));
    return push_kmeans(L, &r);
}

static const luaL_Reg functions[] = {
    {"KMeans", f_kmeans},
    {"kmeans_assign", f_kmeans_assign},
    {"MiniBatchKMeans", f_minibatch_kmeans},
    {NULL, NULL},
};

void lb_open_models_cluster(lua_State *L) {
    lb_register(L, functions, false);
}
