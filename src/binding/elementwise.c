/* The operations of ops.def in Lua: la.exp(x), x:exp(), x:exp_(), the operators. One C function a
 * kind; which operation it stands for is its upvalue. */
#include "binding/binding.h"

static int operation(lua_State *L) {
    return (int)lua_tointeger(L, LB_UP_OPERATION);
}

/* Parameters of a unary operation: positional numbers (nil keeps the default), or a table. */
static const double *parameters(lua_State *L, const lt_unary_info *info, double *p) {
    p[0] = info->fallback[0];
    p[1] = info->fallback[1];
    if (!info->parameter[0])
        return p;
    if (lua_type(L, 2) == LUA_TTABLE) {
        const char *const known[] = {info->parameter[0], info->parameter[1], NULL};
        lb_options(L, 2, info->name, known);
        for (int i = 0; i < 2 && info->parameter[i]; i++)
            p[i] = lb_opt_number(L, 2, info->parameter[i], p[i]);
        return p;
    }
    for (int i = 0; i < 2 && info->parameter[i]; i++)
        if (!lua_isnoneornil(L, 2 + i))
            p[i] = luaL_checknumber(L, 2 + i);
    return p;
}

/* Without a tensor beside it a number computes as Lua's numbers do, in float64. */
static void as_lua_number(lt_tensor *number, lt_op_kind kind) {
    if (kind == LT_FLOAT_OP)
        lt_scalar(number, LT_FLOAT64, lt_get_double(number, 0));
}

static int unary(lua_State *L) {
    lt_unary_op op = (lt_unary_op)operation(L);
    double p[2];
    lt_tensor room, *x = lb_test_operand(L, 1, &room);
    parameters(L, &lt_unary_table[op], p);
    if (!x && lb_traced(L, 1))
        return lb_trace_unary(L, op, p);
    if (!x)
        x = lb_operand(L, 1, &room);
    if (x == &room)
        as_lua_number(x, lt_unary_table[op].kind);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_unary_p(out, op, x, p));
    return x == &room ? lb_done_scalar(L, out) : lb_done(L, out);
}

static int unary_in_place(lua_State *L) {
    lt_unary_op op = (lt_unary_op)operation(L);
    double p[2];
    lt_tensor *x = lb_check(L, 1);
    parameters(L, &lt_unary_table[op], p);
    LB_TRY(L, lt_unary_in_place(op, x, p));
    lua_settop(L, 1);
    return 1;
}

static int binary(lua_State *L) {
    lt_binary_op op = (lt_binary_op)operation(L);
    lt_tensor room_a, room_b;
    lt_tensor *a = lb_test_operand(L, 1, &room_a), *b = lb_test_operand(L, 2, &room_b);
    if ((!a || !b) && lb_traced(L, 2))
        return lb_trace_binary(L, op);
    if (!a || !b)
        lb_error(L, "%s: operands must be tensors or numbers, not %s and %s",
                 lt_binary_table[op].name, lb_typename(L, 1), lb_typename(L, 2));
    if (a == &room_a && b == &room_b) {
        as_lua_number(a, lt_binary_table[op].kind);
        as_lua_number(b, lt_binary_table[op].kind);
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_binary(out, op, a, b));
    return a == &room_a && b == &room_b ? lb_done_scalar(L, out) : lb_done(L, out);
}

static int binary_in_place(lua_State *L) {
    lt_binary_op op = (lt_binary_op)operation(L);
    lt_tensor room, *a = lb_check(L, 1), *b = lb_operand(L, 2, &room);
    LB_TRY(L, lt_binary_in_place(op, a, b));
    lua_settop(L, 1);
    return 1;
}

/* __unm and __bnot get their operand twice. */
static int operator_unary(lua_State *L) {
    lua_settop(L, 1);
    return unary(L);
}

/* One of the three arguments of where is no tensor and no number, and is traced. */
static bool is_traced_choice(lua_State *L) {
    lt_tensor room;
    for (int i = 1; i <= 3; i++)
        if (!lb_test_operand(L, i, &room))
            return lb_traced(L, 3);
    return false;
}

static int where(lua_State *L) {
    if (is_traced_choice(L))
        return lb_trace_where(L, 1, 2, 3);
    lt_tensor room_a, room_b, *condition = lb_check(L, 1);
    lt_tensor *a = lb_operand(L, 2, &room_a), *b = lb_operand(L, 3, &room_b);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_where(out, condition, a, b));
    return lb_done(L, out);
}

/* x:masked_fill(mask, value) */
static int masked_fill(lua_State *L) {
    if (is_traced_choice(L))
        return lb_trace_where(L, 2, 3, 1);
    lt_tensor room, *x = lb_check(L, 1), *mask = lb_check(L, 2), *value = lb_operand(L, 3, &room);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_where(out, mask, value, x));
    return lb_done(L, out);
}

static const luaL_Reg functions[] = {{"where", where}, {"masked_fill", masked_fill}, {NULL, NULL}};

static void set_operators(lua_State *L, const char *key) {
    static const struct {
        const char *name;
        lt_binary_op op;
    } operators[] = {{"__add", LT_BI_add},        {"__sub", LT_BI_sub},
                     {"__mul", LT_BI_mul},        {"__div", LT_BI_div},
                     {"__mod", LT_BI_remainder},  {"__idiv", LT_BI_floor_divide},
                     {"__pow", LT_BI_pow},        {"__band", LT_BI_logical_and},
                     {"__bor", LT_BI_logical_or}, {"__bxor", LT_BI_logical_xor}};
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        lb_push_closure(L, binary, operators[i].op);
        lua_setfield(L, -2, operators[i].name);
    }
    lb_push_closure(L, operator_unary, LT_UN_neg);
    lua_setfield(L, -2, "__unm");
    lb_push_closure(L, operator_unary, LT_UN_logical_not);
    lua_setfield(L, -2, "__bnot");
    lua_pop(L, 1);
}

/* Set a string field of the table on top of the stack. */
static void set_text(lua_State *L, const char *key, const char *text) {
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

/* A table with what all operations have, left on the stack. `place` is the one in ops.def. */
static void push_operation(lua_State *L, int operands, int place, lt_op_kind kind,
                           const char *doc) {
    static const char *const kinds[] = {"float", "any", "bool", "whole"};
    lua_newtable(L);
    lua_pushinteger(L, operands);
    lua_setfield(L, -2, "operands");
    lua_pushinteger(L, place);
    lua_setfield(L, -2, "place");
    set_text(L, "kind", kinds[kind]);
    set_text(L, "doc", doc);
}

/* A number, and a list of names `parameters`, of those parameters that an operation has. */
static void set_parameters(lua_State *L, const lt_unary_info *info) {
    lua_newtable(L);
    for (int p = 0; p < 2 && info->parameter[p]; p++) {
        lua_pushstring(L, info->parameter[p]);
        lua_rawseti(L, -2, p + 1);
        lua_pushnumber(L, info->fallback[p]);
        lua_setfield(L, -3, info->parameter[p]);
    }
    lua_setfield(L, -2, "parameters");
}

/* core.operations: the table of operations, for the specs' gradient check and the reference. */
static void push_operations(lua_State *L) {
    lua_newtable(L);
    for (int i = 0; i < LT_UNARY_COUNT; i++) {
        const lt_unary_info *info = &lt_unary_table[i];
        push_operation(L, 1, i + 1, info->kind, info->doc);
        set_text(L, "derivative", info->derivative);
        lua_pushnumber(L, info->low);
        lua_setfield(L, -2, "low");
        lua_pushnumber(L, info->high);
        lua_setfield(L, -2, "high");
        set_parameters(L, info);
        lua_setfield(L, -2, info->name);
    }
    for (int i = 0; i < LT_BINARY_COUNT; i++) {
        const lt_binary_info *info = &lt_binary_table[i];
        push_operation(L, 2, LT_UNARY_COUNT + i + 1, info->kind, info->doc);
        set_text(L, "derivative", info->derivative_a);
        set_text(L, "derivative_b", info->derivative_b);
        lua_setfield(L, -2, info->name);
    }
}

void lb_open_elementwise(lua_State *L) {
    for (int i = 0; i < LT_UNARY_COUNT; i++) {
        lb_register_closure(L, lt_unary_table[i].name, unary, i, true);
        if (lt_unary_table[i].kind != LT_BOOL_OP)
            lb_register_closure(L, lt_unary_table[i].in_place, unary_in_place, i, true);
    }
    for (int i = 0; i < LT_BINARY_COUNT; i++) {
        lb_register_closure(L, lt_binary_table[i].name, binary, i, true);
        if (lt_binary_table[i].kind != LT_BOOL_OP)
            lb_register_closure(L, lt_binary_table[i].in_place, binary_in_place, i, true);
    }
    set_operators(L, &lb_plain_key);
    set_operators(L, &lb_finalised_key);
    lb_register(L, functions, true);
    push_operations(L);
    lua_setfield(L, -2, "operations");
}
