/* binding.h - what every binding file uses: tensors as userdata, arguments, options, errors.
 *
 * A tensor userdata is an lt_tensor. Only tensors that own something outside the userdata carry
 * the metatable with a finaliser: setting a finaliser costs more than adding ten numbers. The
 * pattern of a binding is
 *
 *     static int f(lua_State *L) {
 *         lt_tensor *x = lb_check(L, 1);
 *         lt_tensor *out = lb_new(L);
 *         LB_TRY(L, lt_something(out, x));
 *         return lb_done(L, out);
 *     }
 *
 * Every function registered with lb_register() has the two metatables as upvalues. */
#ifndef LB_BINDING_H
#define LB_BINDING_H

#include <lauxlib.h>
#include <lua.h>

#include "latent.h"

/* Push an empty tensor userdata, without a metatable until lb_done(). Runs a collection first
 * when the allocator asks for one. */
lt_tensor *lb_new(lua_State *L);

/* The userdata on top of the stack is filled: give it its metatable. Returns 1, for `return`. */
int lb_done(lua_State *L, lt_tensor *t);

/* The same for the userdata at stack index `index`. */
void lb_seal(lua_State *L, int index);

/* Have the tensor at `index` released when Lua drops it, by a small object that goes with it. Lua
 * gives an old object a finaliser of its own only after a search through all that are younger: a
 * view of each of 20,000 small tensors took 22 s. */
void lb_guard(lua_State *L, int index);

/* The tensor at `arg`, or NULL / an argument error. */
lt_tensor *lb_test(lua_State *L, int arg);
lt_tensor *lb_check(lua_State *L, int arg);

/* An operation may have moved inline data of its arguments to a storage (lt_share): make sure
 * that each tensor among stack slots 1..last has its finaliser then. LB_TRY does this. */
void lb_settle(lua_State *L, int last);

/* Run an engine call. On failure raise a Lua error with the engine's message at the user's line.
 * When memory is short, collect garbage and call once more: the call must have no effect when it
 * fails. */
#define LB_TRY(L, call)                                                                            \
    do {                                                                                           \
        lt_status lb_status_ = (call);                                                             \
        if (lb_status_ == LT_ENOMEM) {                                                             \
            lb_collect(L);                                                                         \
            lb_status_ = (call);                                                                   \
        }                                                                                          \
        lb_settle(L, lua_gettop(L));                                                               \
        if (lb_status_ != LT_OK)                                                                   \
            lb_raise(L, lb_status_);                                                               \
    } while (0)

/* Collect garbage, tensors' memory included. */
void lb_collect(lua_State *L);

/* Raise the engine's last message as a Lua error at the nearest line of the user's own code. */
_Noreturn void lb_raise(lua_State *L, lt_status status);

/* luaL_error with that same place. */
_Noreturn void lb_error(lua_State *L, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- arguments ---- */

/* Push a number of the tensor's kind at a linear offset: boolean, integer or float. */
void lb_push_element(lua_State *L, const lt_tensor *t, int64_t offset);

/* If `t` is 0-dimensional and off the graph, replace it on the top of the stack by its number;
 * otherwise as lb_done(). */
int lb_done_scalar(lua_State *L, lt_tensor *t);

/* The same for a tensor on top of the stack that lb_done() has seen already. */
int lb_unbox_scalar(lua_State *L, lt_tensor *t);

/* The operand at `arg`: a tensor, or a Lua number (or boolean) put into `*room`. lb_test_operand
 * gives NULL for anything else. */
lt_tensor *lb_operand(lua_State *L, int arg, lt_tensor *room);
lt_tensor *lb_test_operand(lua_State *L, int arg, lt_tensor *room);

/* The tensors of the table at `arg`, each pushed on the stack so that lb_settle sees it; the
 * array of pointers is a userdata on top of them. */
lt_tensor **lb_check_list(lua_State *L, int arg, int *n);

/* What the value at `index` is, in words: "tensor", "nil", "string", ... */
const char *lb_typename(lua_State *L, int index);

/* Name of the running function as the user wrote it, for messages. */
const char *lb_function_name(lua_State *L);

/* 1-based dimension argument to 0-based, negative ones from the end; `extra` = 1 allows one past
 * the last (unsqueeze). */
int lb_check_dim(lua_State *L, int arg, const lt_tensor *t, int extra);
int lb_to_dim(lua_State *L, const char *what, lua_Integer d, int ndim);

/* A shape from integers at `arg`, `arg`+1, ... or from one table of integers; returns the number
 * of dimensions and leaves in *next the index of the first argument after it. */
int lb_check_shape(lua_State *L, int arg, int64_t *shape, int *next);

/* ---- options: a table as the last argument ---- */

/* True if there is an options table at `arg` (nil counts as none; another type is an error).
 * `known` is a NULL-terminated list: any other string key is an error that lists the known ones. */
bool lb_options(lua_State *L, int arg, const char *function, const char *const *known);

/* Option values, with a default where the table (or the option) is absent. `arg` is the table's
 * index; a wrong type is an error naming function and option. */
bool lb_opt_bool(lua_State *L, int arg, const char *name, bool fallback);
lua_Integer lb_opt_int(lua_State *L, int arg, const char *name, lua_Integer fallback);
double lb_opt_number(lua_State *L, int arg, const char *name, double fallback);
const char *lb_opt_string(lua_State *L, int arg, const char *name, const char *fallback);
lt_dtype lb_opt_dtype(lua_State *L, int arg, const char *name, lt_dtype fallback);

/* The option `generator`, a la.Generator; NULL, for the default one, where it is absent. */
lt_generator *lb_opt_generator(lua_State *L, int arg, const char *function);

/* ---- la.fuse (fuse.c) ---- */

/* Is one of the arguments 1..n a traced value, which stands for a tensor while la.fuse looks at a
 * function? */
bool lb_traced(lua_State *L, int n);

/* Record a call with traced values among its arguments and push the value of its result. For
 * `where` the stack indices of the three operands. */
int lb_trace_unary(lua_State *L, lt_unary_op op, const double *parameters);
int lb_trace_binary(lua_State *L, lt_binary_op op);
int lb_trace_where(lua_State *L, int condition, int a, int b);
int lb_trace_reduce(lua_State *L, lt_reduce_op op);

/* ---- registration ---- */

/* Set functions into the table on top of the stack, with the tensor metatables as upvalues; when
 * `method` is true also into the table of tensor methods. */
void lb_register(lua_State *L, const luaL_Reg *functions, bool method);

/* One function for many operations: `operation` is its third upvalue. */
void lb_register_closure(lua_State *L, const char *name, lua_CFunction f, lua_Integer operation,
                         bool method);
void lb_push_closure(lua_State *L, lua_CFunction f, lua_Integer operation);

/* Push the table of tensor methods. */
void lb_push_methods(lua_State *L);

/* Registry keys (their addresses) of the two tensor metatables. */
extern const char lb_plain_key, lb_finalised_key;

/* Upvalue indices inside a registered function. */
#define LB_UP_PLAIN     lua_upvalueindex(1)
#define LB_UP_FINALISED lua_upvalueindex(2)
#define LB_UP_OPERATION lua_upvalueindex(3)

/* One opener a file: adds its functions to the `core` table on top of the stack. */
void lb_open_guard(lua_State *L);
void lb_open_tensor(lua_State *L);
void lb_open_create(lua_State *L);
void lb_open_elementwise(lua_State *L);
void lb_open_reduce(lua_State *L);
void lb_open_shape(lua_State *L);
void lb_open_arrange(lua_State *L);
void lb_open_scan(lua_State *L);
void lb_open_sort(lua_State *L);
void lb_open_matmul(lua_State *L);
void lb_open_linalg(lua_State *L);
void lb_open_fuse(lua_State *L);
void lb_open_random(lua_State *L);
void lb_open_samplers(lua_State *L);
void lb_open_print(lua_State *L);
void lb_open_autograd(lua_State *L);
void lb_open_nn(lua_State *L);
void lb_open_io(lua_State *L);
void lb_open_pictures(lua_State *L);
void lb_open_data(lua_State *L);
void lb_open_models(lua_State *L);
void lb_open_process(lua_State *L);
void lb_open_system(lua_State *L);
void lb_open_watch(lua_State *L); /* after lb_open_system */

/* require "latent.core": the table of all C functions. */
int luaopen_latent_core(lua_State *L);

/* require "latent": preloads the embedded Lua modules and runs the embedded latent/init.lua. */
int luaopen_latent(lua_State *L);

#endif
