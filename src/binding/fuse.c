/* The engine's side of la.fuse (core.fuse): traced values.
 *
 * A traced value stands for a tensor while the function to be fused runs once. It is a userdata
 * with the operators and methods of element-wise operations; what is called on it is recorded: the
 * functions of elementwise.c and reduce.c hand over to lb_trace_* where an operand is none of
 * theirs. */
#include "binding/binding.h"

static const char program_name[] = "latent.fuse.program", value_name[] = "traced value of la.fuse";

/* Its user value is a table of the tensors that the function brought along, in their order, which
 * follow the arguments as inputs; the same table holds the value number of each by the tensor. */
typedef struct program {
    lt_fuse *f;
    int arguments; /* tensors among the arguments */
    int result;    /* value number, -1 before it is known */
} program;

/* Its user value is the program. */
typedef struct traced {
    int number;
} traced;

static bool is_traced(lua_State *L, int arg) {
    return lua_type(L, arg) == LUA_TUSERDATA && luaL_testudata(L, arg, value_name);
}

static int push_traced(lua_State *L, int program_at, int number) {
    program_at = lua_absindex(L, program_at);
    traced *t = lua_newuserdatauv(L, sizeof *t, 1);
    t->number = number;
    lua_pushvalue(L, program_at);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, value_name);
    return 1;
}

/* ---- recording ---- */

bool lb_traced(lua_State *L, int n) {
    for (int i = 1; i <= n; i++)
        if (is_traced(L, i))
            return true;
    return false;
}

/* Push the program of the first traced value among the arguments, of which there is one. */
static program *push_program(lua_State *L) {
    int i = 1;
    while (!is_traced(L, i))
        i++;
    lua_getiuservalue(L, i, 1);
    program *p = lua_touserdata(L, -1);
    if (p->result >= 0)
        lb_error(L, "fuse: a traced value was kept; outside of the function it is nothing");
    return p;
}

/* The value number of a tensor that the function brought along. */
static int captured(lua_State *L, int arg, program *p, int program_at) {
    int number;
    lua_getiuservalue(L, program_at, 1);
    lua_pushvalue(L, arg);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        LB_TRY(L, lt_fuse_input(p->f, &number));
        lua_pushvalue(L, arg);
        lua_rawseti(L, -3, (lua_Integer)lua_rawlen(L, -3) + 1);
        lua_pushvalue(L, arg);
        lua_pushinteger(L, number);
        lua_rawset(L, -4);
    } else {
        number = (int)lua_tointeger(L, -1);
    }
    lua_pop(L, 2);
    return number;
}

/* The value number of an operand: a traced value, a number or another tensor. */
static int operand(lua_State *L, int arg, program *p, int program_at) {
    lt_tensor room;
    int number;
    if (is_traced(L, arg)) {
        lua_getiuservalue(L, arg, 1);
        if (lua_touserdata(L, -1) != p)
            lb_error(L, "fuse: a traced value of another call");
        lua_pop(L, 1);
        return ((traced *)lua_touserdata(L, arg))->number;
    }
    if (lb_operand(L, arg, &room) != &room)
        return captured(L, arg, p, program_at);
    LB_TRY(L, lt_fuse_number(p->f, &room, &number));
    return number;
}

int lb_trace_unary(lua_State *L, lt_unary_op op, const double *parameters) {
    int number;
    program *p = push_program(L);
    int at = lua_gettop(L), x = operand(L, 1, p, at);
    LB_TRY(L, lt_fuse_unary(p->f, op, x, parameters, &number));
    return push_traced(L, at, number);
}

int lb_trace_binary(lua_State *L, lt_binary_op op) {
    int number;
    program *p = push_program(L);
    int at = lua_gettop(L), a = operand(L, 1, p, at), b = operand(L, 2, p, at);
    LB_TRY(L, lt_fuse_binary(p->f, op, a, b, &number));
    return push_traced(L, at, number);
}

int lb_trace_where(lua_State *L, int condition, int a, int b) {
    int number;
    program *p = push_program(L);
    int at = lua_gettop(L), c = operand(L, condition, p, at);
    int x = operand(L, a, p, at), y = operand(L, b, p, at);
    LB_TRY(L, lt_fuse_where(p->f, c, x, y, &number));
    return push_traced(L, at, number);
}

int lb_trace_reduce(lua_State *L, lt_reduce_op op) {
    int number;
    bool plain = lua_gettop(L) == 1 && (op == LT_RE_sum || op == LT_RE_mean);
    program *p = push_program(L);
    if (!plain)
        lb_error(L, "fuse: an expression ends with sum() or mean() of everything, not with %s%s",
                 lt_reduce_name(op), op == LT_RE_sum || op == LT_RE_mean ? " of dimensions" : "");
    int at = lua_gettop(L), x = operand(L, 1, p, at);
    LB_TRY(L, lt_fuse_reduce(p->f, op, x, &number));
    return push_traced(L, at, number);
}

/* ---- what a traced value refuses ---- */

static int index_traced(lua_State *L) {
    const char *name = luaL_tolstring(L, 2, NULL);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    lb_error(L,
             "fuse: '%s' is no element-wise operation (these, and sum() or mean() at the end, can "
             "be fused)",
             name);
}

static int compare_traced(lua_State *L) {
    lb_error(L, "fuse: a comparison of values asks for one truth value; compare with la.lt, la.eq "
                "and so on, and choose with la.where");
}

static int refuse_traced(lua_State *L) {
    lb_error(L, "fuse: a traced value can be used in element-wise operations only");
}

static int traced_text(lua_State *L) {
    lua_pushstring(L, value_name);
    return 1;
}

/* ---- programs ---- */

/* start(): a program without values. */
static int start(lua_State *L) {
    program *p = lua_newuserdatauv(L, sizeof *p, 1);
    *p = (program){.f = lt_fuse_new(), .result = -1};
    if (!p->f)
        lb_error(L, "out of memory: fuse");
    luaL_setmetatable(L, program_name);
    lua_newtable(L);
    lua_setiuservalue(L, -2, 1);
    return 1;
}

static program *check_program(lua_State *L) {
    return luaL_checkudata(L, 1, program_name);
}

/* argument(program): the traced value of the next tensor among the arguments. */
static int argument(lua_State *L) {
    program *p = check_program(L);
    int number;
    LB_TRY(L, lt_fuse_input(p->f, &number));
    p->arguments++;
    return push_traced(L, 1, number);
}

/* finish(program, result): the function has returned a value of this program. */
static int finish(lua_State *L) {
    program *p = check_program(L);
    p->result = operand(L, 2, p, 1);
    return 0;
}

static int is_value(lua_State *L) {
    lua_pushboolean(L, is_traced(L, 1));
    return 1;
}

/* captured(program): the list of the tensors that the function brought along. */
static int list_captured(lua_State *L) {
    check_program(L);
    lua_getiuservalue(L, 1, 1);
    return 1;
}

/* run(program, tensors): the result for these arguments. */
static int run(lua_State *L) {
    program *p = check_program(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_getiuservalue(L, 1, 1);
    int n = p->arguments + (int)lua_rawlen(L, 3);
    luaL_checkstack(L, n + 8, "too many tensors");
    lt_tensor **inputs = lua_newuserdatauv(L, (size_t)n * sizeof *inputs + 1, 0);
    for (int i = 0; i < n; i++) {
        if (i < p->arguments)
            lua_rawgeti(L, 2, i + 1);
        else
            lua_rawgeti(L, 3, i - p->arguments + 1);
        inputs[i] = lb_check(L, -1);
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_fuse_run(out, p->f, p->result, n, inputs));
    return lt_fuse_is_reduced(p->f, p->result) ? lb_done_scalar(L, out) : lb_done(L, out);
}

static int drop_program(lua_State *L) {
    program *p = check_program(L);
    lt_fuse_release(p->f);
    p->f = NULL;
    return 0;
}

static const luaL_Reg functions[] = {
    {"start", start}, {"argument", argument},      {"finish", finish},
    {"run", run},     {"captured", list_captured}, {"is_value", is_value},
    {NULL, NULL}};

static const luaL_Reg refusals[] = {
    {"__lt", compare_traced},      {"__le", compare_traced},    {"__eq", compare_traced},
    {"__len", refuse_traced},      {"__concat", refuse_traced}, {"__call", refuse_traced},
    {"__newindex", refuse_traced}, {"__tostring", traced_text}, {NULL, NULL}};

/* The methods: element-wise operations, which are those of tensors, and two reductions. */
static void push_traced_methods(lua_State *L, int core) {
    static const char *const others[] = {"where", "masked_fill", "sum", "mean", NULL};
    lua_newtable(L);
    for (int i = 0; i < LT_UNARY_COUNT; i++) {
        lua_getfield(L, core, lt_unary_table[i].name);
        lua_setfield(L, -2, lt_unary_table[i].name);
    }
    for (int i = 0; i < LT_BINARY_COUNT; i++) {
        lua_getfield(L, core, lt_binary_table[i].name);
        lua_setfield(L, -2, lt_binary_table[i].name);
    }
    for (int i = 0; others[i]; i++) {
        lua_getfield(L, core, others[i]);
        lua_setfield(L, -2, others[i]);
    }
}

/* The operators are those of tensors. */
static void copy_operators(lua_State *L) {
    static const char *const names[] = {"__add",  "__sub",  "__mul", "__div",  "__mod",
                                        "__idiv", "__pow",  "__unm", "__band", "__bor",
                                        "__bxor", "__bnot", NULL};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_plain_key);
    for (int i = 0; names[i]; i++) {
        lua_getfield(L, -1, names[i]);
        lua_setfield(L, -3, names[i]);
    }
    lua_pop(L, 1);
}

void lb_open_fuse(lua_State *L) {
    int core = lua_gettop(L);
    luaL_newmetatable(L, value_name);
    copy_operators(L);
    luaL_setfuncs(L, refusals, 0);
    push_traced_methods(L, core);
    lua_pushcclosure(L, index_traced, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newmetatable(L, program_name);
    lua_pushcfunction(L, drop_program);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    lua_newtable(L);
    lb_register(L, functions, false);
    lua_setfield(L, -2, "fuse");
}
