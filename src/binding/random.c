/* Random tensors and generators. */
#include "kernels/philox.h"

#include "binding/binding.h"

#define GENERATOR "latent.Generator"

/* A generator object; the default generator's lives outside it. */
typedef struct generator {
    lt_generator *at;
    lt_generator own;
} generator;

static lt_generator *check_generator(lua_State *L, int arg) {
    return ((generator *)luaL_checkudata(L, arg, GENERATOR))->at;
}

lt_generator *lb_opt_generator(lua_State *L, int arg, const char *function) {
    if (!lua_istable(L, arg))
        return NULL;
    lua_getfield(L, arg, "generator");
    generator *g = luaL_testudata(L, -1, GENERATOR);
    if (!g && !lua_isnil(L, -1))
        lb_error(L, "%s: option 'generator' must be a la.Generator, not a %s", function,
                 luaL_typename(L, -1));
    lua_pop(L, 1);
    return g ? g->at : NULL;
}

/* ---- new tensors ---- */

static const char *const new_options[] = {"dtype", "generator", "requires_grad", NULL};

/* What a call asks for beside the shape. */
typedef struct request {
    lt_generator *generator;
    bool requires_grad;
} request;

static request check_request(lua_State *L, int options, const char *function) {
    lb_options(L, options, function, new_options);
    return (request){.generator = lb_opt_generator(L, options, function),
                     .requires_grad = lb_opt_bool(L, options, "requires_grad", false)};
}

/* A new tensor of the shape at `arg` and of the option `dtype`, on top of the stack. */
static lt_tensor *new_shaped(lua_State *L, int arg, const char *function, lt_dtype fallback,
                             request *r) {
    int64_t shape[LT_MAX_DIMS];
    int next;
    int ndim = lb_check_shape(L, arg, shape, &next);
    *r = check_request(L, next, function);
    lt_dtype dtype = lb_opt_dtype(L, next, "dtype", fallback);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_empty(out, dtype, ndim, shape));
    lb_done(L, out);
    return out;
}

/* The same, of the shape of the tensor at 1; float inputs hand on their dtype. */
static lt_tensor *new_like(lua_State *L, const char *function, request *r) {
    lt_tensor *like = lb_check(L, 1);
    lt_dtype dtype = (lt_dtype)like->dtype;
    *r = check_request(L, 2, function);
    dtype = lb_opt_dtype(L, 2, "dtype", lt_dtype_is_float(dtype) ? dtype : lt_default_dtype());
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_empty_like(out, dtype, like));
    lb_done(L, out);
    return out;
}

static int fill_uniform(lua_State *L, lt_tensor *out, const request *r) {
    LB_TRY(L, lt_fill_uniform(out, r->generator, 0, 1));
    if (r->requires_grad)
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

static int fill_normal(lua_State *L, lt_tensor *out, const request *r) {
    LB_TRY(L, lt_fill_normal(out, r->generator, 0, 1));
    if (r->requires_grad)
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

static int f_rand(lua_State *L) {
    request r;
    lt_tensor *out = new_shaped(L, 1, "rand", lt_default_dtype(), &r);
    return fill_uniform(L, out, &r);
}

static int f_randn(lua_State *L) {
    request r;
    lt_tensor *out = new_shaped(L, 1, "randn", lt_default_dtype(), &r);
    return fill_normal(L, out, &r);
}

static int f_rand_like(lua_State *L) {
    request r;
    lt_tensor *out = new_like(L, "rand_like", &r);
    return fill_uniform(L, out, &r);
}

static int f_randn_like(lua_State *L) {
    request r;
    lt_tensor *out = new_like(L, "randn_like", &r);
    return fill_normal(L, out, &r);
}

static int f_randint(lua_State *L) {
    lua_Integer low = luaL_checkinteger(L, 1), high = luaL_checkinteger(L, 2);
    request r;
    lt_tensor *out = new_shaped(L, 3, "randint", LT_INT64, &r);
    LB_TRY(L, lt_fill_randint(out, r.generator, low, high));
    if (r.requires_grad)
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

static int f_randperm(lua_State *L) {
    static const char *const options[] = {"generator", NULL};
    lua_Integer n = luaL_checkinteger(L, 1);
    lb_options(L, 2, "randperm", options);
    lt_generator *g = lb_opt_generator(L, 2, "randperm");
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_randperm(out, g, n, 1));
    return lb_done(L, out);
}

/* ---- in place ---- */

static const char *const fill_options[] = {"generator", NULL};

/* Index of the options table, which may stand where the first absent number would. */
static int options_at(lua_State *L, int last) {
    for (int arg = 2; arg <= last; arg++)
        if (lua_istable(L, arg))
            return arg;
    return last + 1;
}

static double number_before(lua_State *L, int arg, int options, double fallback) {
    return arg < options ? luaL_optnumber(L, arg, fallback) : fallback;
}

static lt_generator *fill_generator(lua_State *L, int options, const char *function) {
    lb_options(L, options, function, fill_options);
    return lb_opt_generator(L, options, function);
}

static int m_uniform(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int options = options_at(L, 3);
    double low = number_before(L, 2, options, 0), high = number_before(L, 3, options, 1);
    lt_generator *g = fill_generator(L, options, "uniform_");
    LB_TRY(L, lt_fill_uniform(x, g, low, high));
    lua_settop(L, 1);
    return 1;
}

static int m_normal(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int options = options_at(L, 3);
    double mean = number_before(L, 2, options, 0), std = number_before(L, 3, options, 1);
    lt_generator *g = fill_generator(L, options, "normal_");
    LB_TRY(L, lt_fill_normal(x, g, mean, std));
    lua_settop(L, 1);
    return 1;
}

static int m_bernoulli(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int options = options_at(L, 2);
    double p = number_before(L, 2, options, 0.5);
    lt_generator *g = fill_generator(L, options, "bernoulli_");
    LB_TRY(L, lt_fill_bernoulli(x, g, p));
    lua_settop(L, 1);
    return 1;
}

/* ---- generators ---- */

static generator *push_generator(lua_State *L) {
    generator *g = lua_newuserdatauv(L, sizeof *g, 0);
    *g = (generator){.at = &g->own};
    luaL_setmetatable(L, GENERATOR);
    return g;
}

static int f_generator(lua_State *L) {
    lua_Integer seed = luaL_optinteger(L, 1, (lua_Integer)lt_entropy());
    push_generator(L)->own.seed = (uint64_t)seed;
    return 1;
}

static int f_manual_seed(lua_State *L) {
    lt_manual_seed((uint64_t)luaL_checkinteger(L, 1));
    return 0;
}

static int g_manual_seed(lua_State *L) {
    lt_generator *g = check_generator(L, 1);
    *g = (lt_generator){.seed = (uint64_t)luaL_checkinteger(L, 2)};
    lua_settop(L, 1);
    return 1;
}

static int g_seed(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)check_generator(L, 1)->seed);
    return 1;
}

static int g_get_state(lua_State *L) {
    const lt_generator *g = check_generator(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, (lua_Integer)g->seed);
    lua_setfield(L, -2, "seed");
    lua_pushinteger(L, (lua_Integer)g->offset);
    lua_setfield(L, -2, "offset");
    return 1;
}

static uint64_t state_field(lua_State *L, const char *name) {
    int ok;
    lua_getfield(L, 2, name);
    lua_Integer value = lua_tointegerx(L, -1, &ok);
    if (!ok)
        lb_error(L, "set_state: needs a table of integers {seed =, offset =}, as get_state gives");
    lua_pop(L, 1);
    return (uint64_t)value;
}

static int g_set_state(lua_State *L) {
    lt_generator *g = check_generator(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lt_generator state = {.seed = state_field(L, "seed"), .offset = state_field(L, "offset")};
    *g = state;
    lua_settop(L, 1);
    return 1;
}

static int g_tostring(lua_State *L) {
    const lt_generator *g = check_generator(L, 1);
    lua_pushfstring(L, "generator seed %I offset %I", (LUAI_UACINT)g->seed, (LUAI_UACINT)g->offset);
    return 1;
}

/* random.philox(seed, stream, counter): the four words, for known-answer tests. */
static int f_philox(lua_State *L) {
    uint32_t words[4];
    lt_philox((uint64_t)luaL_checkinteger(L, 1), (uint64_t)luaL_checkinteger(L, 2),
              (uint64_t)luaL_checkinteger(L, 3), words);
    for (int i = 0; i < 4; i++)
        lua_pushinteger(L, words[i]);
    return 4;
}

static const luaL_Reg functions[] = {
    {"rand", f_rand},
    {"randn", f_randn},
    {"randint", f_randint},
    {"randperm", f_randperm},
    {"Generator", f_generator},
    {"manual_seed", f_manual_seed},
    {NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"uniform_", m_uniform},    {"normal_", m_normal},        {"bernoulli_", m_bernoulli},
    {"rand_like", f_rand_like}, {"randn_like", f_randn_like}, {NULL, NULL},
};

static const luaL_Reg generator_methods[] = {
    {"manual_seed", g_manual_seed}, {"seed", g_seed}, {"get_state", g_get_state},
    {"set_state", g_set_state},     {NULL, NULL},
};

void lb_open_random(lua_State *L) {
    if (luaL_newmetatable(L, GENERATOR)) {
        luaL_newlib(L, generator_methods);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, g_tostring);
        lua_setfield(L, -2, "__tostring");
    }
    lua_pop(L, 1);
    lb_register(L, functions, false);
    lb_register(L, methods, true);
    push_generator(L)->at = lt_default_generator();
    lua_setfield(L, -2, "default_generator");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, f_philox);
    lua_setfield(L, -2, "philox");
    lua_setfield(L, -2, "random");
}
