/* Diagonals, triangles, mirrored, shifted and padded copies, and writing at listed places in Lua.
 * Dimensions and places are 1-based, negative ones count from the end. */
#include "binding/binding.h"

#include <string.h>

/* Dimensions from integers at `arg`, `arg` + 1, ... or from one table of them. */
static int read_dims(lua_State *L, int arg, const lt_tensor *x, int *dims) {
    int64_t given[LT_MAX_DIMS];
    int next, n = lb_check_shape(L, arg, given, &next);
    for (int i = 0; i < n; i++)
        dims[i] = lb_to_dim(L, lb_function_name(L), given[i], x->ndim);
    return n;
}

/* x:diagonal([offset [, dim1, dim2]]): a view */
static int diagonal(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lua_Integer offset = luaL_optinteger(L, 2, 0);
    int a = lua_isnoneornil(L, 3) ? 0 : lb_check_dim(L, 3, x, 0);
    int b = lua_isnoneornil(L, 4) ? 1 : lb_check_dim(L, 4, x, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_diagonal(out, x, offset, a, b));
    return lb_done(L, out);
}

static int diag_embed(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lua_Integer offset = luaL_optinteger(L, 2, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_diag_embed(out, x, offset));
    return lb_done(L, out);
}

/* x:diag([offset]): the matrix of a vector, the diagonal (a copy) of a matrix. */
static int diag(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), view LT_EMPTY;
    if (x->ndim == 1)
        return diag_embed(L);
    if (x->ndim != 2)
        lb_error(L, "diag: takes a vector or a matrix, not %s", lt_shape_of(x));
    lua_Integer offset = luaL_optinteger(L, 2, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_diagonal(&view, x, offset, 0, 1));
    lt_status status = lt_to(out, &view, (lt_dtype)view.dtype);
    lt_release(&view);
    LB_TRY(L, status);
    return lb_done(L, out);
}

/* x:tril([k]), x:triu([k]) */
static int triangle(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    lua_Integer k = luaL_optinteger(L, 2, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_triangle(out, x, k, lua_tointeger(L, LB_UP_OPERATION) != 0));
    return lb_done(L, out);
}

/* x:flip(dim, ...), x:flip({dim, ...}); x:flip() turns all of them round. */
static int flip(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dims[LT_MAX_DIMS], n = read_dims(L, 2, x, dims);
    if (lua_isnoneornil(L, 2))
        for (n = 0; n < x->ndim; n++)
            dims[n] = n;
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_flip(out, x, n, dims));
    return lb_done(L, out);
}

/* Roll along several dimensions one after the other. */
static lt_status roll_all(lt_tensor *out, lt_tensor *x, int n, const int64_t *shifts,
                          const int *dims) {
    LT_TRY(lt_roll(out, x, shifts[0], dims[0]));
    for (int i = 1; i < n; i++) {
        lt_tensor next LT_EMPTY;
        lt_status status = lt_roll(&next, out, shifts[i], dims[i]);
        lt_release(out);
        LT_TRY(status);
        lt_move(out, &next);
    }
    return LT_OK;
}

static lt_status roll_flat(lt_tensor *out, lt_tensor *x, int64_t shift) {
    lt_tensor flat LT_EMPTY, rolled LT_EMPTY;
    LT_TRY(lt_reshape(&flat, x, 1, (int64_t[]){x->numel}));
    lt_status status = lt_roll(&rolled, &flat, shift, 0);
    lt_release(&flat);
    LT_TRY(status);
    status = lt_reshape(out, &rolled, x->ndim, x->shape);
    lt_release(&rolled);
    return status;
}

/* x:roll(shift, dim), x:roll({shift, ...}, {dim, ...}); x:roll(shift) rolls the flattened tensor.
 */
static int roll(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int64_t shifts[LT_MAX_DIMS];
    int dims[LT_MAX_DIMS], n = 1, after;
    bool flat = lua_isnoneornil(L, 3);
    if (lua_type(L, 2) == LUA_TTABLE)
        n = lb_check_shape(L, 2, shifts, &after);
    else
        shifts[0] = luaL_checkinteger(L, 2);
    if (n == 0 || (flat ? n != 1 : read_dims(L, 3, x, dims) != n))
        lb_error(L, "roll: takes as many shifts as dimensions");
    lt_tensor *out = lb_new(L);
    if (flat)
        LB_TRY(L, roll_flat(out, x, shifts[0]));
    else
        LB_TRY(L, roll_all(out, x, n, shifts, dims));
    return lb_done(L, out);
}

/* ---- pad ---- */

/* {left, right, ...}: two numbers for the last dimension, then for the one before it. */
static int read_pads(lua_State *L, const lt_tensor *x, int64_t *before, int64_t *after) {
    int n = lua_type(L, 2) == LUA_TTABLE ? (int)lua_rawlen(L, 2) : -1;
    if (n < 2 || n % 2 != 0 || n > 2 * x->ndim)
        lb_error(L,
                 "pad: takes {left, right, ...}, two numbers for each of at most %d dimensions "
                 "from the last on",
                 x->ndim);
    for (int d = 0; d < x->ndim; d++)
        before[d] = after[d] = 0;
    for (int i = 0; i < n; i++) {
        int exact;
        lua_rawgeti(L, 2, i + 1);
        (i % 2 ? after : before)[x->ndim - 1 - i / 2] = lua_tointegerx(L, -1, &exact);
        if (!exact)
            lb_error(L, "pad: widths are integers, not %s", luaL_typename(L, -1));
        lua_pop(L, 1);
    }
    return n / 2;
}

static lt_status pad_with_own(lt_tensor *out, lt_tensor *x, int n, const int64_t *before,
                              const int64_t *after, lt_pad_mode mode) {
    int last = x->ndim - 1;
    LT_TRY(lt_pad_with_own(out, x, last, before[last], after[last], mode));
    for (int d = last - 1; d > last - n; d--) {
        lt_tensor next LT_EMPTY;
        lt_status status = lt_pad_with_own(&next, out, d, before[d], after[d], mode);
        lt_release(out);
        LT_TRY(status);
        lt_move(out, &next);
    }
    return LT_OK;
}

/* x:pad({left, right, ...} [, {mode =, value =}]) */
static int pad(lua_State *L) {
    static const char *const known[] = {"mode", "value", NULL};
    static const char *const modes[] = {"reflect", "replicate", "circular"};
    int64_t before[LT_MAX_DIMS], after[LT_MAX_DIMS];
    lt_tensor *x = lb_check(L, 1);
    int n = read_pads(L, x, before, after), mode = 0;
    lb_options(L, 3, "pad", known);
    const char *name = lb_opt_string(L, 3, "mode", "constant");
    double value = lb_opt_number(L, 3, "value", 0);
    lt_tensor *out = lb_new(L);
    if (strcmp(name, "constant") == 0) {
        LB_TRY(L, lt_pad(out, x, before, after, value));
        return lb_done(L, out);
    }
    while (mode < 3 && strcmp(name, modes[mode]) != 0)
        mode++;
    if (mode == 3)
        lb_error(L, "pad: there is no mode '%s' (there are constant, reflect, replicate, circular)",
                 name);
    LB_TRY(L, pad_with_own(out, x, n, before, after, (lt_pad_mode)mode));
    return lb_done(L, out);
}

/* ---- writing at listed places: x:scatter(dim, index, source) and its kin ---- */

enum { ADD = 1, ROWS = 2, IN_PLACE = 4 };

static int scatter(lua_State *L) {
    int operation = (int)lua_tointeger(L, LB_UP_OPERATION);
    lt_write write = {.add = operation & ADD, .rows = operation & ROWS};
    lt_tensor room, *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    lt_tensor *index = lb_check(L, 3), *source = lb_operand(L, 4, &room);
    if (operation & IN_PLACE) {
        LB_TRY(L, lt_scatter_in_place(x, dim, index, source, write));
        lua_settop(L, 1);
        return 1;
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_scattered(out, x, dim, index, source, write));
    return lb_done(L, out);
}

/* x:nonzero(): 1-based places of the elements that are not 0, [n, ndim]. */
static int nonzero(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *out = lb_new(L);
    LB_TRY(L, lt_nonzero(out, x));
    return lb_done(L, out);
}

static const luaL_Reg methods[] = {{"diagonal", diagonal}, {"diag_embed", diag_embed},
                                   {"diag", diag},         {"flip", flip},
                                   {"roll", roll},         {"pad", pad},
                                   {"nonzero", nonzero},   {NULL, NULL}};

void lb_open_arrange(lua_State *L) {
    static const struct {
        const char *name;
        int operation;
    } writes[] = {{"scatter", 0},
                  {"scatter_", IN_PLACE},
                  {"scatter_add", ADD},
                  {"scatter_add_", ADD | IN_PLACE},
                  {"index_copy", ROWS},
                  {"index_copy_", ROWS | IN_PLACE},
                  {"index_fill", ROWS},
                  {"index_fill_", ROWS | IN_PLACE},
                  {"index_add", ROWS | ADD},
                  {"index_add_", ROWS | ADD | IN_PLACE}};
    lb_register(L, methods, true);
    lb_register_closure(L, "tril", triangle, 0, true);
    lb_register_closure(L, "triu", triangle, 1, true);
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        lb_register_closure(L, writes[i].name, scatter, writes[i].operation, true);
}
