/* Bindings of the clustering models: core.models, for lua/latent/models. */
#include "binding/models.h"

#include "models/dbscan.h"
#include "models/kmeans.h"
#include "models/mean_shift.h"
#include "models/minibatch_kmeans.h"
#include "models/mixture.h"
#include "models/mixture_sample.h"

/* ---- k-means ---- */

static lt_kmeans_options kmeans_options(lua_State *L, int arg, const char *model) {
    static const char *const inits[] = {"k-means++", "random", "linspace", NULL};
    static const char *const empties[] = {"relocate", "keep", "zero", NULL};
    lt_kmeans_options o = {.model = model,
                           .k = lb_opt_int(L, arg, "k", 8),
                           .start = lb_opt_tensor(L, arg, "init"),
                           .n_init = lb_opt_int(L, arg, "n_init", 1),
                           .max_iter = lb_opt_int(L, arg, "max_iter", 300),
                           .tol = lb_opt_number(L, arg, "tol", 1e-4),
                           .trace = lb_opt_bool(L, arg, "trace", false)};
    o.init = o.start ? LT_KMEANS_GIVEN
                     : (lt_kmeans_init)lb_opt_choice(L, arg, model, "init", inits,
                                                     "a tensor of centres");
    if (lua_getfield(L, arg, "empty") != LUA_TNIL)
        o.empty = (lt_kmeans_empty)lb_opt_choice(L, arg, model, "empty", empties, NULL);
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
    lt_kmeans_options o = kmeans_options(L, 2, "KMeans");
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_kmeans_result r = {.n_iter = 0};
    LB_TRY(L, lt_kmeans(&r, x, &o));
    return push_kmeans(L, &r);
}

/* kmeans_assign(model's name, centers, x): labels, inertia */
static int f_kmeans_assign(lua_State *L) {
    const char *model = luaL_checkstring(L, 1);
    lt_tensor *centers = lb_check(L, 2), *x = lb_check(L, 3);
    lt_tensor *labels = lb_new(L);
    double inertia;
    LB_TRY(L, lt_kmeans_assign(model, labels, &inertia, centers, x));
    lb_done(L, labels);
    lua_pushnumber(L, inertia);
    return 2;
}

static int f_minibatch_kmeans(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_minibatch_options o = {.start = kmeans_options(L, 2, "MiniBatchKMeans"),
                              .batch_size = lb_opt_int(L, 2, "batch_size", 1024),
                              .patience = lb_opt_int(L, 2, "max_no_improvement", 10)};
    lb_watcher watcher;
    o.start.watch = lb_watch(L, 3, &watcher);
    lt_kmeans_result r = {.n_iter = 0};
    LB_TRY(L, lt_minibatch_kmeans(&r, x, &o));
    return push_kmeans(L, &r);
}

/* ---- Gaussian mixtures ---- */

#define MIXTURE "GaussianMixture"

static lt_covariance mixture_kind(lua_State *L, int arg) {
    static const char *const kinds[] = {"full", "tied", "diag", "spherical", NULL};
    return (lt_covariance)lb_opt_choice(L, arg, MIXTURE, "covariance", kinds, NULL);
}

/* A tensor of the table `init`; NULL where it is absent and may be. */
static lt_tensor *start_tensor(lua_State *L, int init, const char *name, bool needed) {
    lt_tensor *t = lb_opt_tensor(L, init, name);
    lua_getfield(L, init, name);
    if (!t && (needed || !lua_isnil(L, -1)))
        lb_error(L, MIXTURE ": init.%s must be a tensor, not %s", name, luaL_typename(L, -1));
    lua_pop(L, 1);
    return t;
}

static void mixture_start(lua_State *L, int arg, lt_mixture_options *o) {
    static const char *const inits[] = {"kmeans", "random", "linspace", NULL};
    static const char *const known[] = {"means", "covariances", "weights", NULL};
    if (lua_getfield(L, arg, "init") == LUA_TTABLE) {
        int init = lua_gettop(L);
        lb_options(L, init, MIXTURE ": init", known);
        o->init = LT_MIXTURE_GIVEN;
        o->start_means = start_tensor(L, init, "means", true);
        o->start_covariances = start_tensor(L, init, "covariances", false);
        o->start_weights = start_tensor(L, init, "weights", false);
    } else {
        o->init = (lt_mixture_init)lb_opt_choice(L, arg, MIXTURE, "init", inits,
                                                 "a table {means =, covariances =, weights =}");
    }
    lua_pop(L, 1); /* the options keep it alive */
}

static int push_mixture(lua_State *L, lt_mixture_result *r) {
    lua_createtable(L, 0, 12);
    lb_set_tensor(L, "weights", &r->mixture.weights);
    lb_set_tensor(L, "means", &r->mixture.means);
    lb_set_tensor(L, "covariances", &r->mixture.covariances);
    lb_set_tensor(L, "loss", &r->loss);
    lb_set_tensor(L, "labels", &r->labels);
    lb_set_tensor(L, "collapsed", &r->collapsed);
    lb_set_tensor(L, "trace_weights", &r->trace_weights);
    lb_set_tensor(L, "trace_means", &r->trace_means);
    lb_set_tensor(L, "trace_covariances", &r->trace_covariances);
    lb_set_integer(L, "n_iter", r->n_iter);
    lb_set_bool(L, "converged", r->converged);
    lb_set_number(L, "change", r->change);
    return 1;
}

static int f_mixture(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_mixture_options o = {.k = lb_opt_int(L, 2, "k", 1),
                            .kind = mixture_kind(L, 2),
                            .max_iter = lb_opt_int(L, 2, "max_iter", 100),
                            .tol = lb_opt_number(L, 2, "tol", 1e-3),
                            .floor = lb_opt_number(L, 2, "floor", 1e-6),
                            .trace = lb_opt_bool(L, 2, "trace", false),
                            .seed = lb_opt_seed(L, 2)};
    mixture_start(L, 2, &o);
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_mixture_result r = {.n_iter = 0};
    LB_TRY(L, lt_mixture_fit(&r, x, &o));
    return push_mixture(L, &r);
}

/* The parameters of a fitted mixture: a table {covariance =, weights =, means =, covariances =},
 * whose tensors are moved to handles of their own. Checks that they fit each other. */
static void read_mixture(lua_State *L, int arg, lt_mixture *m) {
    luaL_checktype(L, arg, LUA_TTABLE);
    lt_tensor *w = lb_opt_tensor(L, arg, "weights"), *means = lb_opt_tensor(L, arg, "means");
    lt_tensor *covariances = lb_opt_tensor(L, arg, "covariances");
    m->kind = mixture_kind(L, arg);
    if (!w || !means || !covariances)
        lb_error(L, MIXTURE ": weights, means and covariances must be tensors");
    LB_TRY(L, lt_mixture_view(m, w, means, covariances));
}

/* mixture_evaluate(model's name, parameters, x, wants_joint): log_prob, labels, joint or nil */
static int f_mixture_evaluate(lua_State *L) {
    const char *model = luaL_checkstring(L, 1);
    lt_tensor *x = lb_check(L, 3);
    bool wants_joint = lua_toboolean(L, 4);
    lt_tensor *log_prob = lb_new(L), *labels = lb_new(L), *joint = wants_joint ? lb_new(L) : NULL;
    lt_mixture m = {.kind = LT_COVARIANCE_FULL};
    read_mixture(L, 2, &m);
    lt_status status = lt_mixture_evaluate(&m, model, x, joint, log_prob, labels);
    lt_mixture_drop(&m);
    LB_TRY(L, status);
    for (int i = wants_joint ? -3 : -2; i < 0; i++)
        lb_seal(L, i);
    return wants_joint ? 3 : 2;
}

/* mixture_sample(parameters, n): rows, labels */
static int f_mixture_sample(lua_State *L) {
    int64_t n = luaL_checkinteger(L, 2);
    lt_tensor *rows = lb_new(L), *labels = lb_new(L);
    lt_mixture m = {.kind = LT_COVARIANCE_FULL};
    uint64_t seed = lb_opt_seed(L, 3);
    read_mixture(L, 1, &m);
    lt_status status = lt_mixture_sample(&m, n, seed, rows, labels);
    lt_mixture_drop(&m);
    LB_TRY(L, status);
    lb_seal(L, -2);
    lb_seal(L, -1);
    return 2;
}

/* ---- clusters by density ---- */

static int f_dbscan(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    double eps = lb_opt_number(L, 2, "eps", 0.5);
    int64_t min_samples = lb_opt_int(L, 2, "min_samples", 5);
    lt_tensor labels LT_EMPTY, core LT_EMPTY;
    LB_TRY(L, lt_dbscan(&labels, &core, x, eps, min_samples));
    lua_createtable(L, 0, 2);
    lb_set_tensor(L, "labels", &labels);
    lb_set_tensor(L, "core", &core);
    return 1;
}

static int f_mean_shift(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_mean_shift_options o = {.bandwidth = lb_opt_number(L, 2, "bandwidth", 0),
                               .bin_seeding = lb_opt_bool(L, 2, "bin_seeding", false),
                               .max_iter = lb_opt_int(L, 2, "max_iter", 300)};
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_mean_shift_result r = {.n_iter = 0};
    LB_TRY(L, lt_mean_shift(&r, x, &o));
    lua_createtable(L, 0, 4);
    lb_set_tensor(L, "centers", &r.centers);
    lb_set_tensor(L, "labels", &r.labels);
    lb_set_integer(L, "n_iter", r.n_iter);
    lb_set_bool(L, "converged", r.converged);
    return 1;
}

static const luaL_Reg functions[] = {
    {"KMeans", f_kmeans},
    {"kmeans_assign", f_kmeans_assign},
    {"MiniBatchKMeans", f_minibatch_kmeans},
    {"GaussianMixture", f_mixture},
    {"mixture_evaluate", f_mixture_evaluate},
    {"mixture_sample", f_mixture_sample},
    {"DBSCAN", f_dbscan},
    {"MeanShift", f_mean_shift},
    {NULL, NULL},
};

void lb_open_models_cluster(lua_State *L) {
    lb_register(L, functions, false);
}
