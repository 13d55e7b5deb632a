/* Sorting, order statistics, distinct values, histograms in Lua. Places are 1-based. */
#include "binding/binding.h"

/* The dimension at `arg`, the last one where it is absent; *options is the stack index after it. */
static int dim_or_last(lua_State *L, int arg, const lt_tensor *x, int *options) {
    bool given = lua_type(L, arg) == LUA_TNUMBER;
    *options = given || lua_isnil(L, arg) ? arg + 1 : arg;
    return given ? lb_check_dim(L, arg, x, 0) : lb_to_dim(L, lb_function_name(L), -1, x->ndim);
}

/* Values and places, on top of the stack in that order, as results; single elements as numbers. */
static int finish_pair(lua_State *L, lt_tensor *values, lt_tensor *places) {
    lb_done(L, places);
    lua_insert(L, -2);
    lb_done_scalar(L, values);
    lua_insert(L, -2);
    lb_unbox_scalar(L, places);
    return 2;
}

/* x:sort([dim] [, {descending =, stable =}]): the order is always stable. */
static int sort(lua_State *L) {
    static const char *const known[] = {"descending", "stable", NULL};
    int options;
    lt_tensor *x = lb_check(L, 1);
    int dim = dim_or_last(L, 2, x, &options);
    lb_options(L, options, lb_function_name(L), known);
    bool descending = lb_opt_bool(L, options, "descending", false);
    lb_opt_bool(L, options, "stable", true);
    lt_tensor *values = lb_new(L), *places = lb_new(L);
    LB_TRY(L, lt_sort(values, places, x, dim, descending));
    return finish_pair(L, values, places);
}

static int argsort(lua_State *L) {
    sort(L);
    return 1;
}

/* x:topk(k [, dim] [, {dim =, largest =}]) */
static int topk(lua_State *L) {
    static const char *const known[] = {"dim", "largest", NULL};
    int options;
    lt_tensor *x = lb_check(L, 1);
    lua_Integer k = luaL_checkinteger(L, 2);
    int dim = dim_or_last(L, 3, x, &options);
    if (lb_options(L, options, "topk", known))
        dim = lb_to_dim(L, "topk", lb_opt_int(L, options, "dim", dim + 1), x->ndim);
    bool largest = lb_opt_bool(L, options, "largest", true);
    lt_tensor *values = lb_new(L), *places = lb_new(L);
    LB_TRY(L, lt_topk(values, places, x, k, dim, largest));
    return finish_pair(L, values, places);
}

static const char *const keepdim_option[] = {"keepdim", NULL};

/* x:kthvalue(k [, dim] [, {keepdim =}]) */
static int kthvalue(lua_State *L) {
    int options;
    lt_tensor *x = lb_check(L, 1);
    lua_Integer k = luaL_checkinteger(L, 2);
    int dim = dim_or_last(L, 3, x, &options);
    lb_options(L, options, "kthvalue", keepdim_option);
    bool keepdim = lb_opt_bool(L, options, "keepdim", false);
    lt_tensor *values = lb_new(L), *places = lb_new(L);
    LB_TRY(L, lt_kthvalue(values, places, x, k, dim, keepdim));
    return finish_pair(L, values, places);
}

/* x:median() of all elements; x:median(dim [, {keepdim =}]) gives values and places. */
static int median(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), flat LT_EMPTY;
    if (lua_isnoneornil(L, 2)) {
        lt_tensor *values = lb_new(L), *places = lb_new(L);
        LB_TRY(L, lt_reshape(&flat, x, 1, (int64_t[]){x->numel}));
        lt_status status = lt_median(values, places, &flat, 0, false);
        lt_release(&flat);
        LB_TRY(L, status);
        finish_pair(L, values, places);
        lua_pop(L, 1);
        return 1;
    }
    int dim = lb_check_dim(L, 2, x, 0);
    lb_options(L, 3, "median", keepdim_option);
    bool keepdim = lb_opt_bool(L, 3, "keepdim", false);
    lt_tensor *values = lb_new(L), *places = lb_new(L);
    LB_TRY(L, lt_median(values, places, x, dim, keepdim));
    return finish_pair(L, values, places);
}

/* x:unique([{return_inverse =, return_counts =}]) */
static int unique(lua_State *L) {
    static const char *const known[] = {"return_inverse", "return_counts", NULL};
    lt_tensor *x = lb_check(L, 1), *inverse = NULL, *counts = NULL;
    lb_options(L, 2, "unique", known);
    bool with_inverse = lb_opt_bool(L, 2, "return_inverse", false);
    bool with_counts = lb_opt_bool(L, 2, "return_counts", false);
    lt_tensor *values = lb_new(L);
    int first = lua_gettop(L);
    if (with_inverse)
        inverse = lb_new(L);
    if (with_counts)
        counts = lb_new(L);
    LB_TRY(L, lt_unique(values, inverse, counts, x));
    int results = lua_gettop(L) - first + 1;
    for (int i = first; i < first + results; i++)
        lb_seal(L, i);
    return results;
}

/* ---- counting ---- */

/* The tensor in an option, or NULL where it is absent; it stays on the stack for lb_settle. */
static lt_tensor *opt_tensor(lua_State *L, int arg, const char *function, const char *name) {
    if (lua_type(L, arg) != LUA_TTABLE)
        return NULL;
    lua_getfield(L, arg, name);
    lt_tensor *t = lb_test(L, -1);
    if (!t && !lua_isnil(L, -1))
        lb_error(L, "%s: option '%s' must be a tensor, not %s", function, name,
                 luaL_typename(L, -1));
    return t;
}

/* {range = {low, high}} */
static void read_range(lua_State *L, lt_histogram_spec *spec) {
    lua_getfield(L, 2, "range");
    spec->has_range = !lua_isnil(L, -1);
    if (!spec->has_range)
        return;
    if (lua_type(L, -1) != LUA_TTABLE || lua_rawlen(L, -1) != 2)
        lb_error(L, "histogram: option 'range' must be {low, high}");
    int low, high;
    lua_rawgeti(L, -1, 1);
    spec->low = lua_tonumberx(L, -1, &low);
    lua_rawgeti(L, -2, 2);
    spec->high = lua_tonumberx(L, -1, &high);
    if (!low || !high)
        lb_error(L, "histogram: option 'range' must be two numbers {low, high}");
}

/* x:histogram([{bins =, range =, density =, weights =}]): counts, edges */
static int histogram(lua_State *L) {
    static const char *const known[] = {"bins", "range", "density", "weights", NULL};
    lt_histogram_spec spec = {.bins = 10};
    lt_tensor *x = lb_check(L, 1);
    if (lb_options(L, 2, "histogram", known)) {
        lua_getfield(L, 2, "bins");
        spec.edges = lb_test(L, -1);
        if (!spec.edges)
            spec.bins = lb_opt_int(L, 2, "bins", spec.bins);
        spec.density = lb_opt_bool(L, 2, "density", false);
        spec.weights = opt_tensor(L, 2, "histogram", "weights");
        read_range(L, &spec);
    }
    lt_tensor *counts = lb_new(L), *edges = lb_new(L);
    int top = lua_gettop(L);
    LB_TRY(L, lt_histogram(counts, edges, x, &spec));
    lb_seal(L, top - 1);
    lb_seal(L, top);
    return 2;
}

/* x:bincount([{minlength =, weights =}]) */
static int bincount(lua_State *L) {
    static const char *const known[] = {"minlength", "weights", NULL};
    lt_tensor *x = lb_check(L, 1);
    lb_options(L, 2, "bincount", known);
    lua_Integer minlength = lb_opt_int(L, 2, "minlength", 0);
    lt_tensor *weights = opt_tensor(L, 2, "bincount", "weights"), *out = lb_new(L);
    LB_TRY(L, lt_bincount(out, x, weights, minlength));
    return lb_done(L, out);
}

/* la.searchsorted(sorted, x [, {right =}]); bucketize takes the two the other way round. A number
 * x gives a number. */
static int search(lua_State *L) {
    static const char *const known[] = {"right", NULL};
    int swap = (int)lua_tointeger(L, LB_UP_OPERATION);
    lt_tensor room, *sorted = lb_check(L, swap ? 2 : 1), *x = lb_operand(L, swap ? 1 : 2, &room);
    lb_options(L, 3, lb_function_name(L), known);
    bool right = lb_opt_bool(L, 3, "right", false);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_searchsorted(out, sorted, x, right));
    return x == &room ? lb_done_scalar(L, out) : lb_done(L, out);
}

static const luaL_Reg methods[] = {
    {"sort", sort},           {"argsort", argsort},   {"topk", topk},
    {"kthvalue", kthvalue},   {"median", median},     {"unique", unique},
    {"histogram", histogram}, {"bincount", bincount}, {NULL, NULL}};

void lb_open_sort(lua_State *L) {
    lb_register(L, methods, true);
    lb_register_closure(L, "searchsorted", search, 0, true);
    lb_register_closure(L, "bucketize", search, 1, true);
}
