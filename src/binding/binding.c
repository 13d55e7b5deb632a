#include "binding/binding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A userdata is recognised by its size and this number, which is faster than by its metatable
 * (there are two) and as safe: Lua code cannot make one. */
#define BOX_MAGIC UINT64_C(0x6c6174656e742e31)

/* Tensors after which one counts as old: see lb_guard(). */
#define RECENT 64

typedef struct box {
    uint64_t magic, number;
    lt_tensor tensor;
} box;

static uint64_t seen_promotions, boxes;

/* ---- tensors ---- */

lt_tensor *lb_test(lua_State *L, int arg) {
    box *b = lua_touserdata(L, arg);
    return b && lua_rawlen(L, arg) == sizeof(box) && b->magic == BOX_MAGIC ? &b->tensor : NULL;
}

const char *lb_function_name(lua_State *L) {
    lua_Debug ar;
    if (!lua_getstack(L, 0, &ar) || !lua_getinfo(L, "n", &ar) || !ar.name)
        return "?";
    return ar.name;
}

const char *lb_typename(lua_State *L, int index) {
    if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING)
        return lua_tostring(L, -1); /* left on the stack: an error follows */
    return luaL_typename(L, index);
}

lt_tensor *lb_check(lua_State *L, int arg) {
    lt_tensor *t = lb_test(L, arg);
    if (!t)
        lb_error(L, "%s: argument %d must be a tensor, not %s", lb_function_name(L), arg,
                 lb_typename(L, arg));
    return t;
}

/* The collector does not see the storages: run it when they ask for it. A young collection (or a
 * step of the incremental collector) now and then keeps temporaries in the processor's cache, a
 * full one bounds the memory. */
static void make_room(lua_State *L) {
    if (lt_alloc_pressure())
        lb_collect(L);
    else if (lt_alloc_step_due() && lua_gc(L, LUA_GCISRUNNING))
        lua_gc(L, LUA_GCSTEP, 0);
}

lt_tensor *lb_new(lua_State *L) {
    make_room(L);
    box *b = lua_newuserdatauv(L, sizeof(box), 0);
    b->magic = BOX_MAGIC;
    b->number = ++boxes;
    lt_clear(&b->tensor);
    return &b->tensor;
}

static void set_metatable(lua_State *L, int index, lt_tensor *t) {
    index = lua_absindex(L, index);
    bool needs = t->storage || t->grad;
    bool old = needs && boxes - ((const box *)lua_touserdata(L, index))->number > RECENT;
    lua_rawgetp(L, LUA_REGISTRYINDEX, needs && !old ? &lb_finalised_key : &lb_plain_key);
    lua_setmetatable(L, index);
    if (old)
        lb_guard(L, index);
    t->finalised = needs;
}

int lb_done(lua_State *L, lt_tensor *t) {
    t->finalised = t->storage || t->grad;
    lua_pushvalue(L, t->finalised ? LB_UP_FINALISED : LB_UP_PLAIN);
    lua_setmetatable(L, -2);
    return 1;
}

void lb_seal(lua_State *L, int index) {
    set_metatable(L, index, lb_test(L, index));
}

/* A tensor, or those in a table (of options, of index parts), gets its finaliser where it needs
 * one. */
static void settle(lua_State *L, int i, int depth) {
    lt_tensor *t = lb_test(L, i);
    if (t && !t->finalised && (t->storage || t->grad) && lua_getmetatable(L, i)) {
        lua_pop(L, 1);
        set_metatable(L, i, t);
    }
    if (depth == 0 || !lua_istable(L, i))
        return;
    luaL_checkstack(L, 4, "settle");
    for (lua_pushnil(L); lua_next(L, i) != 0; lua_pop(L, 1))
        settle(L, lua_gettop(L), depth - 1);
}

void lb_settle(lua_State *L, int last) {
    if (seen_promotions == lt_promotions)
        return;
    seen_promotions = lt_promotions;
    for (int i = 1; i <= last; i++)
        settle(L, i, 2);
}

void lb_collect(lua_State *L) {
    lua_gc(L, LUA_GCCOLLECT, 0);
    lt_alloc_collected();
}

lt_tensor **lb_check_list(lua_State *L, int arg, int *n) {
    if (lua_type(L, arg) != LUA_TTABLE)
        lb_error(L, "%s: argument %d must be a table of tensors, not %s", lb_function_name(L), arg,
                 lb_typename(L, arg));
    lua_Integer count = luaL_len(L, arg);
    luaL_checkstack(L, (int)(count < 200000 ? count : 200000) + 8, "too many tensors in a table");
    lt_tensor **list = lua_newuserdatauv(L, (size_t)(count + 1) * sizeof *list, 0);
    int at = lua_gettop(L);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, arg, i);
        list[i - 1] = lb_test(L, -1);
        if (!list[i - 1])
            lb_error(L, "%s: element %d of the table must be a tensor, not %s", lb_function_name(L),
                     (int)i, lb_typename(L, -1));
    }
    lua_pushvalue(L, at);
    *n = (int)count;
    return list;
}

/* ---- errors ---- */

/* Embedded modules have chunk names that begin so (see module.c). */
static bool is_library(const lua_Debug *ar) {
    return strncmp(ar->source, "=latent/", 8) == 0;
}

/* Push "file:line: " of the nearest Lua function that is not the library's own. */
static void push_place(lua_State *L) {
    lua_Debug ar;
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline > 0 && !is_library(&ar)) {
            lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
            return;
        }
    }
    lua_pushliteral(L, "");
}

void lb_raise(lua_State *L, lt_status status) {
    if (status == LT_EINTERRUPT)
        lt_interrupt_clear();
    push_place(L);
    lua_pushstring(L, lt_last_error());
    lua_concat(L, 2);
    lua_error(L);
    __builtin_unreachable();
}

void lb_error(lua_State *L, const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    push_place(L);
    lua_pushstring(L, text);
    lua_concat(L, 2);
    lua_error(L);
    __builtin_unreachable();
}

/* ---- arguments ---- */

void lb_push_element(lua_State *L, const lt_tensor *t, int64_t offset) {
    if (t->dtype == LT_BOOL)
        lua_pushboolean(L, lt_get_int(t, offset) != 0);
    else if (lt_dtype_is_float((lt_dtype)t->dtype))
        lua_pushnumber(L, lt_get_double(t, offset));
    else
        lua_pushinteger(L, lt_get_int(t, offset));
}

int lb_unbox_scalar(lua_State *L, lt_tensor *t) {
    if (t->ndim == 0 && !t->grad) {
        lb_push_element(L, t, 0);
        lt_release(t);
        lua_remove(L, -2);
    }
    return 1;
}

int lb_done_scalar(lua_State *L, lt_tensor *t) {
    return t->ndim > 0 || t->grad ? lb_done(L, t) : lb_unbox_scalar(L, t);
}

lt_tensor *lb_test_operand(lua_State *L, int arg, lt_tensor *room) {
    switch (lua_type(L, arg)) {
    case LUA_TNUMBER:
        if (lua_isinteger(L, arg))
            lt_number_int(room, lua_tointeger(L, arg));
        else
            lt_number(room, lua_tonumber(L, arg));
        return room;
    case LUA_TBOOLEAN:
        lt_scalar(room, LT_BOOL, lua_toboolean(L, arg));
        room->wrapped = true;
        return room;
    case LUA_TUSERDATA:
        return lb_test(L, arg);
    default:
        return NULL;
    }
}

lt_tensor *lb_operand(lua_State *L, int arg, lt_tensor *room) {
    lt_tensor *t = lb_test_operand(L, arg, room);
    if (!t)
        lb_error(L, "%s: argument %d must be a tensor or a number, not %s", lb_function_name(L),
                 arg, lb_typename(L, arg));
    return t;
}

int lb_to_dim(lua_State *L, const char *what, lua_Integer d, int ndim) {
    lua_Integer dim = d < 0 ? d + ndim : d - 1;
    if (d == 0 || dim < 0 || dim >= ndim)
        lb_error(L, "%s: there is no dimension %d in %d dimensions (they count from 1)", what,
                 (int)d, ndim);
    return (int)dim;
}

int lb_check_dim(lua_State *L, int arg, const lt_tensor *t, int extra) {
    if (!lua_isinteger(L, arg)) {
        int exact;
        lua_tointegerx(L, arg, &exact);
        if (!exact)
            lb_error(L, "%s: argument %d must be a dimension (an integer), not %s",
                     lb_function_name(L), arg, lb_typename(L, arg));
    }
    return lb_to_dim(L, lb_function_name(L), lua_tointeger(L, arg), t->ndim + extra);
}

/* One size of a shape. */
static int64_t check_size(lua_State *L, int index) {
    int exact;
    lua_Integer n = lua_tointegerx(L, index, &exact);
    if (!exact || lua_type(L, index) != LUA_TNUMBER)
        lb_error(L, "%s: a shape is made of integers, not %s", lb_function_name(L),
                 luaL_tolstring(L, index, NULL));
    return n;
}

int lb_check_shape(lua_State *L, int arg, int64_t *shape, int *next) {
    int ndim = 0;
    if (lua_type(L, arg) == LUA_TTABLE && lua_rawlen(L, arg) == 0) {
        lua_pushnil(L);
        if (lua_next(L, arg)) { /* an options table: the shape is empty */
            lua_pop(L, 2);
            *next = arg;
            return 0;
        }
    }
    if (lua_type(L, arg) == LUA_TTABLE) {
        lua_Integer n = luaL_len(L, arg);
        if (n > LT_MAX_DIMS)
            lb_error(L, "%s: a tensor has at most %d dimensions, not %d", lb_function_name(L),
                     LT_MAX_DIMS, (int)n);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_geti(L, arg, i);
            shape[ndim++] = check_size(L, -1);
            lua_pop(L, 1);
        }
        *next = arg + 1;
        return ndim;
    }
    int i = arg;
    for (; lua_type(L, i) == LUA_TNUMBER; i++) {
        if (ndim == LT_MAX_DIMS)
            lb_error(L, "%s: a tensor has at most %d dimensions", lb_function_name(L), LT_MAX_DIMS);
        shape[ndim++] = check_size(L, i);
    }
    if (lua_type(L, i) != LUA_TNONE && lua_type(L, i) != LUA_TNIL && lua_type(L, i) != LUA_TTABLE)
        lb_error(L, "%s: a shape is made of integers, not %s", lb_function_name(L),
                 lb_typename(L, i));
    *next = i;
    return ndim;
}

/* ---- options ---- */

static _Noreturn void unknown_option(lua_State *L, const char *function, const char *name,
                                     const char *const *known) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = 0; known[i]; i++) {
        if (i > 0)
            luaL_addstring(&b, ", ");
        luaL_addstring(&b, known[i]);
    }
    luaL_pushresult(&b);
    lb_error(L, "%s: unknown option '%s' (known: %s)", function, name, lua_tostring(L, -1));
}

bool lb_options(lua_State *L, int arg, const char *function, const char *const *known) {
    if (lua_isnoneornil(L, arg))
        return false;
    if (lua_type(L, arg) != LUA_TTABLE)
        lb_error(L, "%s: options must be a table, not %s", function, lb_typename(L, arg));
    lua_pushnil(L);
    while (lua_next(L, arg)) {
        lua_pop(L, 1);
        const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        int i = 0;
        while (name && known[i] && strcmp(known[i], name) != 0)
            i++;
        if (!name || !known[i]) {
            if (!name)
                name = luaL_tolstring(L, -1, NULL);
            unknown_option(L, function, name, known);
        }
    }
    return true;
}

/* Push the option's value; false (and nothing pushed) where it is absent. */
static bool get_option(lua_State *L, int arg, const char *name) {
    if (lua_type(L, arg) != LUA_TTABLE)
        return false;
    lua_pushstring(L, name);
    lua_rawget(L, arg);
    if (!lua_isnil(L, -1))
        return true;
    lua_pop(L, 1);
    return false;
}

static _Noreturn void wrong_option(lua_State *L, const char *name, const char *expected) {
    lb_error(L, "%s: option '%s' must be %s, not %s", lb_function_name(L), name, expected,
             lb_typename(L, -1));
}

bool lb_opt_bool(lua_State *L, int arg, const char *name, bool fallback) {
    if (!get_option(L, arg, name))
        return fallback;
    if (lua_type(L, -1) != LUA_TBOOLEAN)
        wrong_option(L, name, "true or false");
    fallback = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return fallback;
}

lua_Integer lb_opt_int(lua_State *L, int arg, const char *name, lua_Integer fallback) {
    int exact;
    if (!get_option(L, arg, name))
        return fallback;
    fallback = lua_tointegerx(L, -1, &exact);
    if (!exact || lua_type(L, -1) != LUA_TNUMBER)
        wrong_option(L, name, "an integer");
    lua_pop(L, 1);
    return fallback;
}

double lb_opt_number(lua_State *L, int arg, const char *name, double fallback) {
    if (!get_option(L, arg, name))
        return fallback;
    if (lua_type(L, -1) != LUA_TNUMBER)
        wrong_option(L, name, "a number");
    fallback = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return fallback;
}

const char *lb_opt_string(lua_State *L, int arg, const char *name, const char *fallback) {
    if (!get_option(L, arg, name))
        return fallback;
    if (lua_type(L, -1) != LUA_TSTRING)
        wrong_option(L, name, "a string");
    fallback = lua_tostring(L, -1); /* the table keeps it alive */
    lua_pop(L, 1);
    return fallback;
}

lt_dtype lb_opt_dtype(lua_State *L, int arg, const char *name, lt_dtype fallback) {
    const char *text = lb_opt_string(L, arg, name, NULL);
    if (text && !lt_dtype_from_name(text, &fallback))
        lb_error(L, "%s: there is no dtype '%s' (there are bool, uint8, int64, float32, float64)",
                 lb_function_name(L), text);
    return fallback;
}

/* ---- registration ---- */

const char lb_plain_key = 0, lb_finalised_key = 0;
static const char methods_key = 0;

void lb_push_methods(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &methods_key);
}

void lb_push_closure(lua_State *L, lua_CFunction f, lua_Integer operation) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_plain_key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_finalised_key);
    lua_pushinteger(L, operation);
    lua_pushcclosure(L, f, 3);
}

void lb_register_closure(lua_State *L, const char *name, lua_CFunction f, lua_Integer operation,
                         bool method) {
    lb_push_closure(L, f, operation);
    if (method) {
        lb_push_methods(L);
        lua_pushvalue(L, -2);
        lua_setfield(L, -2, name);
        lua_pop(L, 1);
    }
    lua_setfield(L, -2, name);
}

void lb_register(lua_State *L, const luaL_Reg *functions, bool method) {
    for (; functions->name; functions++)
        lb_register_closure(L, functions->name, functions->func, 0, method);
}
