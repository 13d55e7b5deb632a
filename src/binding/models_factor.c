/* Bindings of PCA and factor analysis: core.models, for lua/latent/models. */
#include "binding/models.h"

#include "models/factor_analysis.h"
#include "models/pca.h"

static int f_pca(lua_State *L) {
    static const char *const solvers[] = {"auto", "covariance", "svd", "randomized", NULL};
    lt_tensor *x = lb_check(L, 1);
    lt_pca_options o = {.n_components = lb_opt_int(L, 2, "count", 0),
                        .share = lb_opt_number(L, 2, "share", 1),
                        .solver =
                            (lt_pca_solver)lb_opt_choice(L, 2, "PCA", "solver", solvers, NULL),
                        .seed = lb_opt_seed(L, 2)};
    lt_pca_result r = {.mean.storage = NULL};
    LB_TRY(L, lt_pca(&r, x, &o));
    lua_createtable(L, 0, 4);
    lb_set_tensor(L, "components", &r.components);
    lb_set_tensor(L, "mean", &r.mean);
    lb_set_tensor(L, "explained_variance", &r.variance);
    lb_set_tensor(L, "explained_variance_ratio", &r.ratio);
    return 1;
}

static int f_factor_analysis(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_factor_options o = {.n_components = lb_opt_int(L, 2, "n_components", 1),
                           .max_iter = lb_opt_int(L, 2, "max_iter", 1000),
                           .tol = lb_opt_number(L, 2, "tol", 1e-2)};
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_factor_result r = {.n_iter = 0};
    LB_TRY(L, lt_factor_analysis(&r, x, &o));
    lua_createtable(L, 0, 7);
    lb_set_tensor(L, "components", &r.components);
    lb_set_tensor(L, "mean", &r.mean);
    lb_set_tensor(L, "noise_variance", &r.noise);
    lb_set_tensor(L, "loss", &r.loss);
    lb_set_integer(L, "n_iter", r.n_iter);
    lb_set_bool(L, "converged", r.converged);
    lb_set_number(L, "change", r.change);
    return 1;
}

static const luaL_Reg functions[] = {
    {"PCA", f_pca},
    {"FactorAnalysis", f_factor_analysis},
    {NULL, NULL},
};

void lb_open_models_factor(lua_State *L) {
    lb_register(L, functions, false);
}
