/* Bindings of self-organising maps and neural gas: core.models, for lua/latent/models. */
#include "binding/models.h"

#include "models/growing_neural_gas.h"
#include "models/neural_gas.h"
#include "models/som.h"
#include "models/som_quality.h"

#define SOM "SOM"

static lt_som_map map_options(lua_State *L, int arg) {
    static const char *const topologies[] = {"rectangular", "hexagonal", NULL};
    return (lt_som_map){.rows = lb_opt_int(L, arg, "rows", 10),
                        .cols = lb_opt_int(L, arg, "cols", 10),
                        .hexagonal = lb_opt_choice(L, arg, SOM, "topology", topologies, NULL) == 1,
                        .toroidal = lb_opt_bool(L, arg, "toroidal", false)};
}

static lt_decay decay_option(lua_State *L, int arg, const char *model) {
    static const char *const decays[] = {"exponential", "linear", NULL};
    return (lt_decay)lb_opt_choice(L, arg, model, "decay", decays, NULL);
}

static lt_som_options som_options(lua_State *L, int arg) {
    static const char *const trainings[] = {"batch", "online", NULL};
    static const char *const neighbourhoods[] = {"gaussian", "bubble", NULL};
    static const char *const inits[] = {"pca", "random", NULL};
    lt_som_options o = {.map = map_options(L, arg),
                        .online = lb_opt_choice(L, arg, SOM, "training", trainings, NULL) == 1,
                        .bubble =
                            lb_opt_choice(L, arg, SOM, "neighbourhood", neighbourhoods, NULL) == 1,
                        .radius = lb_opt_number(L, arg, "radius", 5),
                        .radius_end = lb_opt_number(L, arg, "radius_end", 1),
                        .rate = lb_opt_number(L, arg, "learning_rate", 0.5),
                        .rate_end = lb_opt_number(L, arg, "learning_rate_end", 0.01),
                        .decay = decay_option(L, arg, SOM),
                        .start = lb_opt_tensor(L, arg, "init"),
                        .max_iter = lb_opt_int(L, arg, "max_iter", 20),
                        .trace = lb_opt_bool(L, arg, "trace", false)};
    o.init = o.start
                 ? LT_SOM_GIVEN
                 : (lt_som_init)lb_opt_choice(L, arg, SOM, "init", inits, "a tensor of weights");
    o.seed = lb_opt_seed(L, arg);
    return o;
}

static int f_som(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_som_options o = som_options(L, 2);
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_som_result r = {.quantization_error = 0};
    LB_TRY(L, lt_som(&r, x, &o));
    lua_createtable(L, 0, 6);
    lb_set_tensor(L, "weights", &r.weights);
    lb_set_tensor(L, "labels", &r.labels);
    lb_set_tensor(L, "trace_weights", &r.trace_weights);
    lb_set_tensor(L, "trace_error", &r.trace_error);
    lb_set_number(L, "quantization_error", r.quantization_error);
    lb_set_number(L, "topographic_error", r.topographic_error);
    return 1;
}

/* som_errors(weights, x, options): quantisation error, topographic error */
static int f_som_errors(lua_State *L) {
    lt_tensor *weights = lb_check(L, 1), *x = lb_check(L, 2);
    lt_som_map map = map_options(L, 3);
    double quantization, topographic;
    LB_TRY(L, lt_som_errors(&quantization, &topographic, &map, weights, x));
    lua_pushnumber(L, quantization);
    lua_pushnumber(L, topographic);
    return 2;
}

static int f_som_u_matrix(lua_State *L) {
    lt_tensor *weights = lb_check(L, 1);
    lt_som_map map = map_options(L, 2);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_som_u_matrix(out, &map, weights));
    return lb_done(L, out);
}

static int f_som_places(lua_State *L) {
    lt_som_map map = map_options(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_som_places(out, &map));
    return lb_done(L, out);
}

/* codebook_predict(model's name, weights, x): labels */
static int f_codebook_predict(lua_State *L) {
    const char *model = luaL_checkstring(L, 1);
    lt_tensor *weights = lb_check(L, 2), *x = lb_check(L, 3);
    lt_tensor *labels = lb_new(L);
    LB_TRY(L, lt_codebook_predict(labels, model, weights, x));
    return lb_done(L, labels);
}

/* ---- neural gas ---- */

static int push_gas(lua_State *L, lt_gas_result *r) {
    lua_createtable(L, 0, 5);
    lb_set_tensor(L, "weights", &r->weights);
    lb_set_tensor(L, "labels", &r->labels);
    lb_set_tensor(L, "edges", &r->edges);
    lb_set_tensor(L, "trace_weights", &r->trace_weights);
    lb_set_number(L, "quantization_error", r->quantization_error);
    return 1;
}

static int f_neural_gas(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int64_t k = lb_opt_int(L, 2, "k", 100);
    lt_gas_options o = {.k = k,
                        .start = lb_opt_tensor(L, 2, "init"),
                        .rate = lb_opt_number(L, 2, "epsilon", 0.5),
                        .rate_end = lb_opt_number(L, 2, "epsilon_end", 0.005),
                        .reach = lb_opt_number(L, 2, "lambda", 10),
                        .reach_end = lb_opt_number(L, 2, "lambda_end", 0.01),
                        .lifetime = lb_opt_number(L, 2, "lifetime", 10),
                        .lifetime_end = lb_opt_number(L, 2, "lifetime_end", 100),
                        .max_iter = lb_opt_int(L, 2, "max_iter", 20),
                        .trace = lb_opt_bool(L, 2, "trace", false)};
    if (!o.start)
        lb_opt_choice(L, 2, "NeuralGas", "init", (const char *const[]){"random", NULL},
                      "a tensor of weights");
    o.seed = lb_opt_seed(L, 2);
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_gas_result r = {.quantization_error = 0};
    LB_TRY(L, lt_neural_gas(&r, x, &o));
    return push_gas(L, &r);
}

static int f_growing_neural_gas(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lt_growing_options o = {.k = lb_opt_int(L, 2, "k", 100),
                            .interval = lb_opt_int(L, 2, "interval", 100),
                            .rate = lb_opt_number(L, 2, "epsilon", 0.2),
                            .rate_neighbours = lb_opt_number(L, 2, "epsilon_neighbours", 0.006),
                            .lifetime = lb_opt_number(L, 2, "lifetime", 50),
                            .split = lb_opt_number(L, 2, "error_split", 0.5),
                            .decay = lb_opt_number(L, 2, "error_decay", 0.995),
                            .max_iter = lb_opt_int(L, 2, "max_iter", 20),
                            .seed = lb_opt_seed(L, 2)};
    lb_watcher watcher;
    o.watch = lb_watch(L, 3, &watcher);
    lt_gas_result r = {.quantization_error = 0};
    LB_TRY(L, lt_growing_neural_gas(&r, x, &o));
    return push_gas(L, &r);
}

static const luaL_Reg functions[] = {
    {"SOM", f_som},
    {"som_errors", f_som_errors},
    {"som_u_matrix", f_som_u_matrix},
    {"som_places", f_som_places},
    {"NeuralGas", f_neural_gas},
    {"GrowingNeuralGas", f_growing_neural_gas},
    {"codebook_predict", f_codebook_predict},
    {NULL, NULL},
};

void lb_open_models_map(lua_State *L) {
    lb_register(L, functions, false);
}
