/* Binding of TSNE: core.models, for lua/latent/models. */
#include "binding/models.h"

#include <limits.h>

#include "models/tsne.h"

static int f_tsne(lua_State *L) {
    static const char *const inits[] = {"pca", "random", NULL};
    static const char *const methods[] = {"auto", "exact", "interpolation", NULL};
    lt_tensor *x = lb_check(L, 1);
    lua_Integer dims = lb_opt_int(L, 2, "n_components", 2);
    lt_tsne_options o = {.n_components = dims > INT_MIN && dims < INT_MAX ? (int)dims : 0,
                         .perplexity = lb_opt_number(L, 2, "perplexity", 30),
                         .learning_rate = lb_opt_number(L, 2, "rate", 0),
                         .exaggeration = lb_opt_number(L, 2, "early_exaggeration", 12),
                         .max_iter = lb_opt_int(L, 2, "max_iter", 1000),
                         .patience = lb_opt_int(L, 2, "n_iter_without_progress", 300),
                         .min_gradient = lb_opt_number(L, 2, "min_grad_norm", 1e-7),
                         .method =
                             (lt_tsne_method)lb_opt_choice(L, 2, "TSNE", "method", methods, NULL),
                         .start = lb_opt_tensor(L, 2, "init"),
                         .seed = lb_opt_seed(L, 2)};
    o.init = o.start ? LT_TSNE_GIVEN
                     : (lt_tsne_init)lb_opt_choice(L, 2, "TSNE", "init", inits,
                                                   "a tensor of coordinates");
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_tsne_result r = {.n_iter = 0};
    LB_TRY(L, lt_tsne(&r, x, &o));
    lua_createtable(L, 0, 5);
    lb_set_tensor(L, "embedding", &r.embedding);
    lb_set_tensor(L, "trace", &r.trace);
    lb_set_number(L, "kl", r.kl);
    lb_set_bool(L, "converged", r.converged);
    lb_set_integer(L, "n_iter", r.n_iter);
    return 1;
}

static const luaL_Reg functions[] = {
    {"TSNE", f_tsne},
    {NULL, NULL},
};

void lb_open_models_tsne(lua_State *L) {
    lb_register(L, functions, false);
}
