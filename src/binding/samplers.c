/* Samples of distributions with parameters, la.gamma(concentration, rate, shape, options), and the
 * special functions that distribution functions need. */
#include "ops/samplers.h"

#include "binding/binding.h"
#include "ops/apply.h"
#include "ops/incomplete.h"

static const char *const options_known[] = {"dtype", "generator", NULL};

/* Where a result's shape and the options are found. */
typedef struct request {
    int ndim; /* -1: that of the parameters */
    int64_t shape[LT_MAX_DIMS];
    int options; /* index of the options table */
    lt_generator *generator;
} request;

/* From `arg` on there may be a shape (integers, or a table of them), then options. */
static request check_request(lua_State *L, int arg, const char *function,
                             const char *const *known) {
    request r = {.ndim = -1, .options = arg};
    bool has_shape = lua_type(L, arg) == LUA_TNUMBER;
    if (lua_istable(L, arg)) {
        has_shape = lua_rawgeti(L, arg, 1) != LUA_TNIL;
        lua_pop(L, 1);
    }
    if (has_shape)
        r.ndim = lb_check_shape(L, arg, r.shape, &r.options);
    lb_options(L, r.options, function, known);
    r.generator = lb_opt_generator(L, r.options, function);
    return r;
}

/* Samples have the parameters' dtype if these are floats, the default one otherwise. */
static lt_dtype dtype_of(const lt_tensor *a, const lt_tensor *b) {
    lt_dtype dtype = b ? lt_promote(a, b) : (lt_dtype)a->dtype;
    bool numbers = a->wrapped && (!b || b->wrapped);
    return numbers || !lt_dtype_is_float(dtype) ? lt_default_dtype() : dtype;
}

static int draw(lua_State *L, const char *name, lt_sampler sampler, int parameters) {
    lt_tensor first, second;
    lt_tensor *a = lb_operand(L, 1, &first), *b = NULL;
    if (parameters == 2)
        b = lb_operand(L, 2, &second);
    request r = check_request(L, parameters + 1, name, options_known);
    lt_dtype dtype = lb_opt_dtype(L, r.options, "dtype", dtype_of(a, b));
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_draw(name, sampler, out, r.generator, dtype, r.ndim, r.shape, a, b));
    return r.ndim < 0 ? lb_done_scalar(L, out) : lb_done(L, out);
}

static int f_uniform(lua_State *L) {
    return draw(L, "uniform", LT_SAMPLE_UNIFORM, 2);
}

static int f_normal(lua_State *L) {
    return draw(L, "normal", LT_SAMPLE_NORMAL, 2);
}

static int f_bernoulli(lua_State *L) {
    return draw(L, "bernoulli", LT_SAMPLE_BERNOULLI, 1);
}

static int f_exponential(lua_State *L) {
    return draw(L, "exponential", LT_SAMPLE_EXPONENTIAL, 1);
}

static int f_gamma(lua_State *L) {
    return draw(L, "gamma", LT_SAMPLE_GAMMA, 2);
}

static int f_beta(lua_State *L) {
    return draw(L, "beta", LT_SAMPLE_BETA, 2);
}

static int f_poisson(lua_State *L) {
    return draw(L, "poisson", LT_SAMPLE_POISSON, 1);
}

static int f_dirichlet(lua_State *L) {
    lt_tensor *concentration = lb_check(L, 1);
    request r = check_request(L, 2, "dirichlet", options_known);
    lt_dtype dtype = lb_opt_dtype(L, r.options, "dtype", dtype_of(concentration, NULL));
    lt_tensor *out = lb_new(L);
    LB_TRY(L,
           lt_dirichlet(out, r.generator, dtype, r.ndim < 0 ? 0 : r.ndim, r.shape, concentration));
    return lb_done(L, out);
}

static int f_multinomial(lua_State *L) {
    static const char *const known[] = {"replacement", "generator", NULL};
    lt_tensor *weights = lb_check(L, 1);
    lua_Integer n = luaL_checkinteger(L, 2);
    lb_options(L, 3, "multinomial", known);
    bool replacement = lb_opt_bool(L, 3, "replacement", false);
    lt_generator *g = lb_opt_generator(L, 3, "multinomial");
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_multinomial(out, g, weights, n, replacement));
    return lb_done(L, out);
}

static int f_categorical(lua_State *L) {
    static const char *const known[] = {"generator", NULL};
    lt_tensor *weights = lb_check(L, 1);
    request r = check_request(L, 2, "categorical", known);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_categorical(out, r.generator, weights, r.ndim < 0 ? 0 : r.ndim, r.shape));
    return r.ndim < 0 ? lb_done_scalar(L, out) : lb_done(L, out);
}

static int f_gammainc(lua_State *L) {
    lt_tensor room[2];
    lt_tensor *a = lb_operand(L, 1, &room[0]), *x = lb_operand(L, 2, &room[1]);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_gammainc_of(out, a, x));
    return a->wrapped && x->wrapped ? lb_done_scalar(L, out) : lb_done(L, out);
}

static int f_betainc(lua_State *L) {
    lt_tensor room[3];
    lt_tensor *a = lb_operand(L, 1, &room[0]), *b = lb_operand(L, 2, &room[1]);
    lt_tensor *x = lb_operand(L, 3, &room[2]);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_betainc_of(out, a, b, x));
    bool numbers = a->wrapped && b->wrapped && x->wrapped;
    return numbers ? lb_done_scalar(L, out) : lb_done(L, out);
}

static const luaL_Reg functions[] = {
    {"uniform", f_uniform},
    {"normal", f_normal},
    {"bernoulli", f_bernoulli},
    {"exponential", f_exponential},
    {"gamma", f_gamma},
    {"beta", f_beta},
    {"poisson", f_poisson},
    {"dirichlet", f_dirichlet},
    {"multinomial", f_multinomial},
    {"categorical", f_categorical},
    {"gammainc", f_gammainc},
    {"betainc", f_betainc},
    {NULL, NULL},
};

void lb_open_samplers(lua_State *L) {
    lb_register(L, functions, true);
}
