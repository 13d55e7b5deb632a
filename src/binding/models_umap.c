/* Bindings of UMAP: core.models, for lua/latent/models. */
#include "binding/models.h"

#include "models/umap.h"

static lt_umap_options umap_options(lua_State *L, int arg, bool transform) {
    static const char *const inits[] = {"spectral", "pca", "random", NULL};
    lt_umap_options o = {.n_components = lb_opt_int(L, arg, "n_components", 2),
                         .n_neighbors = lb_opt_int(L, arg, "n_neighbors", 15),
                         .min_dist = lb_opt_number(L, arg, "min_dist", 0.1),
                         .spread = lb_opt_number(L, arg, "spread", 1),
                         .mix = lb_opt_number(L, arg, "set_op_mix_ratio", 1),
                         .connectivity = lb_opt_number(L, arg, "local_connectivity", 1),
                         .repulsion = lb_opt_number(L, arg, "repulsion_strength", 1),
                         .learning_rate = lb_opt_number(L, arg, "learning_rate", 1),
                         .negatives = lb_opt_int(L, arg, "negative_sample_rate", 5),
                         .max_iter = lb_opt_int(L, arg, "max_iter", 0),
                         .cosine = lb_opt_bool(L, arg, "cosine", false),
                         .start = transform ? NULL : lb_opt_tensor(L, arg, "init"),
                         .seed = lb_opt_seed(L, arg)};
    if (!transform)
        o.init = o.start ? LT_UMAP_GIVEN
                         : (lt_umap_init)lb_opt_choice(L, arg, "UMAP", "init", inits,
                                                       "a tensor of coordinates");
    return o;
}

static int f_umap(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_umap_options o = umap_options(L, 2, false);
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_umap_result r = {.n_iter = 0};
    LB_TRY(L, lt_umap(&r, x, &o));
    lua_createtable(L, 0, 8);
    lb_set_tensor(L, "embedding", &r.embedding);
    lb_set_tensor(L, "rows", &r.rows);
    lb_set_tensor(L, "columns", &r.columns);
    lb_set_tensor(L, "weights", &r.weights);
    lb_set_number(L, "a", r.a);
    lb_set_number(L, "b", r.b);
    lb_set_integer(L, "n_iter", r.n_iter);
    lb_set_integer(L, "parts", r.parts);
    return 1;
}

/* umap_transform(x, options, report), with `rows` and `embedding` among the options */
static int f_umap_transform(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_umap_options o = umap_options(L, 2, true);
    lt_tensor *rows = lb_opt_tensor(L, 2, "rows"), *embedding = lb_opt_tensor(L, 2, "embedding");
    if (!rows || !embedding)
        lb_error(L, "UMAP: rows and embedding must be tensors");
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_umap_transform(out, x, rows, embedding, &o));
    return lb_done(L, out);
}

static const luaL_Reg functions[] = {
    {"UMAP", f_umap},
    {"umap_transform", f_umap_transform},
    {NULL, NULL},
};

void lb_open_models_umap(lua_State *L) {
    lb_register(L, functions, false);
}
