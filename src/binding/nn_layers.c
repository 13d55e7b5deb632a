/* Operations of layers. The settings of a layer are the fields of its table. */
#include <string.h>

#include "binding/nn.h"

/* Raise the engine's message; where a layer (a table with a method `where`) called, its own
 * description takes the place of the operation's name. */
static _Noreturn void raise_for_layer(lua_State *L, lt_status status, int layer) {
    if (status == LT_EINTERRUPT || !lua_istable(L, layer) ||
        lua_getfield(L, layer, "where") != LUA_TFUNCTION)
        lb_raise(L, status);
    char message[512];
    const char *operation_end = status == LT_EINVAL ? strstr(lt_last_error(), ": ") : NULL;
    snprintf(message, sizeof message, "%s", operation_end ? operation_end + 2 : lt_last_error());
    lua_pushvalue(L, layer);
    lua_call(L, 1, 1);
    lb_error(L, "%s: %s", lua_tostring(L, -1), message);
}

/* LB_TRY for the operation of a layer that stands at stack index `layer` (or nil). */
#define LAYER_TRY(L, layer, call)                                                                  \
    do {                                                                                           \
        lt_status layer_status = (call);                                                           \
        if (layer_status == LT_ENOMEM) {                                                           \
            lb_collect(L);                                                                         \
            layer_status = (call);                                                                 \
        }                                                                                          \
        lb_settle(L, lua_gettop(L));                                                               \
        if (layer_status != LT_OK)                                                                 \
            raise_for_layer(L, layer_status, layer);                                               \
    } while (0)

/* The tensor at `arg` that a layer is called with. */
static lt_tensor *input(lua_State *L, int arg, int layer) {
    lt_tensor *x = lb_test(L, arg);
    if (x != NULL || !lua_istable(L, layer) || lua_getfield(L, layer, "where") != LUA_TFUNCTION)
        return lb_check(L, arg);
    lua_pushvalue(L, layer);
    lua_call(L, 1, 1);
    lb_error(L, "%s: takes a tensor, was given %s", lua_tostring(L, -1), lb_typename(L, arg));
}

/* The tensor at `arg`, or NULL for nil. */
static lt_tensor *optional(lua_State *L, int arg) {
    return lua_isnoneornil(L, arg) ? NULL : lb_check(L, arg);
}

/* The tensor in a field of the layer, or NULL. It stays on the stack. */
static lt_tensor *field_tensor(lua_State *L, int layer, const char *name) {
    lua_getfield(L, layer, name);
    return lb_test(L, -1);
}

/* A field {vertical, horizontal} of the layer. */
static void field_pair(lua_State *L, int layer, const char *name, int64_t *out) {
    if (lua_getfield(L, layer, name) != LUA_TTABLE)
        lb_error(L, "layer: the field %s must be a pair of integers", name);
    for (int d = 0; d < 2; d++) {
        int is_integer;
        lua_rawgeti(L, -1, d + 1);
        out[d] = (int64_t)lua_tointegerx(L, -1, &is_integer);
        if (!is_integer)
            lb_error(L, "layer: the field %s must be a pair of integers", name);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* linear(x, weight, bias or nil, layer or nil) */
static int f_linear(lua_State *L) {
    lt_tensor *x = input(L, 1, 4), *w = lb_check(L, 2), *b = optional(L, 3);
    lua_settop(L, 4);
    lt_tensor *out = lb_new(L);
    LAYER_TRY(L, 4, lt_linear(out, x, w, b));
    return lb_done(L, out);
}

/* batch_norm(x, layer): fields weight bias running_mean running_var training momentum eps */
static int f_batch_norm(lua_State *L) {
    lt_tensor *x = input(L, 1, 2);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lt_batch_norm o = {.weight = field_tensor(L, 2, "weight"),
                       .bias = field_tensor(L, 2, "bias"),
                       .running_mean = field_tensor(L, 2, "running_mean"),
                       .running_var = field_tensor(L, 2, "running_var"),
                       .training = lb_opt_bool(L, 2, "training", true),
                       .momentum = lb_opt_number(L, 2, "momentum", 0.1),
                       .eps = lb_opt_number(L, 2, "eps", 1e-5)};
    lt_tensor *out = lb_new(L);
    LAYER_TRY(L, 2, lt_batch_norm_layer(out, x, &o));
    return lb_done(L, out);
}

/* layer_norm(x, dims, layer): fields weight bias eps */
static int f_layer_norm(lua_State *L) {
    lt_tensor *x = input(L, 1, 3);
    int dims = (int)luaL_checkinteger(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_settop(L, 3);
    lt_tensor *weight = field_tensor(L, 3, "weight"), *bias = field_tensor(L, 3, "bias");
    double eps = lb_opt_number(L, 3, "eps", 1e-5);
    lt_tensor *out = lb_new(L);
    LAYER_TRY(L, 3, lt_layer_norm(out, x, dims, weight, bias, eps));
    return lb_done(L, out);
}

/* conv2d(x, weight, bias or nil, layer): fields stride padding dilation, and output_padding of
 * the transposed one */
static int conv(lua_State *L, bool transposed) {
    lt_tensor *x = input(L, 1, 4), *w = lb_check(L, 2), *b = optional(L, 3);
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_settop(L, 4);
    lt_conv_options o = {.output_padding = {0, 0}};
    field_pair(L, 4, "stride", o.stride);
    field_pair(L, 4, "padding", o.padding);
    field_pair(L, 4, "dilation", o.dilation);
    if (transposed)
        field_pair(L, 4, "output_padding", o.output_padding);
    lt_tensor *out = lb_new(L);
    if (transposed)
        LAYER_TRY(L, 4, lt_conv_transpose2d(out, x, w, b, &o));
    else
        LAYER_TRY(L, 4, lt_conv2d(out, x, w, b, &o));
    return lb_done(L, out);
}

static int f_conv2d(lua_State *L) {
    return conv(L, false);
}

static int f_conv_transpose2d(lua_State *L) {
    return conv(L, true);
}

/* max_pool2d(x, layer), avg_pool2d(x, layer): fields kernel stride padding */
static int pool(lua_State *L, bool max) {
    lt_tensor *x = input(L, 1, 2);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lt_pool_options o;
    field_pair(L, 2, "kernel", o.kernel);
    field_pair(L, 2, "stride", o.stride);
    field_pair(L, 2, "padding", o.padding);
    lt_tensor *out = lb_new(L);
    LAYER_TRY(L, 2, max ? lt_max_pool2d(out, x, &o) : lt_avg_pool2d(out, x, &o));
    return lb_done(L, out);
}

static int f_max_pool2d(lua_State *L) {
    return pool(L, true);
}

static int f_avg_pool2d(lua_State *L) {
    return pool(L, false);
}

/* resize2d(x, height, width, bilinear, layer) */
static int f_resize2d(lua_State *L) {
    lt_tensor *x = input(L, 1, 5);
    int64_t height = luaL_checkinteger(L, 2), width = luaL_checkinteger(L, 3);
    bool bilinear = lua_toboolean(L, 4);
    lua_settop(L, 5);
    lt_tensor *out = lb_new(L);
    LAYER_TRY(L, 5, lt_resize2d(out, x, height, width, bilinear));
    return lb_done(L, out);
}

/* rnn(kind, layer, x, w_ih, w_hh, b_ih, b_hh, h0, c0, reverse): the output and, of an LSTM, the
 * cell states; biases and first states may be nil */
static int f_rnn(lua_State *L) {
    static const char *const kinds[] = {"tanh", "relu", "lstm", "gru", NULL};
    static const lt_rnn_kind codes[] = {LT_RNN_TANH, LT_RNN_RELU, LT_RNN_LSTM, LT_RNN_GRU};
    lt_rnn_kind kind = codes[luaL_checkoption(L, 1, NULL, kinds)];
    lt_tensor *x = input(L, 3, 2), *h0 = optional(L, 8), *c0 = optional(L, 9);
    lt_rnn_weights w = {lb_check(L, 4), lb_check(L, 5), optional(L, 6), optional(L, 7)};
    bool reverse = lua_toboolean(L, 10);
    lua_settop(L, 10);
    lt_tensor *output = lb_new(L), *cells = lb_new(L);
    LAYER_TRY(L, 2, lt_rnn_layer(output, cells, kind, x, &w, h0, c0, reverse));
    lb_seal(L, 11);
    if (kind != LT_RNN_LSTM) {
        lua_settop(L, 11);
        return 1;
    }
    lb_seal(L, 12);
    return 2;
}

static const luaL_Reg functions[] = {{"linear", f_linear},
                                     {"batch_norm", f_batch_norm},
                                     {"layer_norm", f_layer_norm},
                                     {"conv2d", f_conv2d},
                                     {"conv_transpose2d", f_conv_transpose2d},
                                     {"max_pool2d", f_max_pool2d},
                                     {"avg_pool2d", f_avg_pool2d},
                                     {"resize2d", f_resize2d},
                                     {"rnn", f_rnn},
                                     {NULL, NULL}};

void lb_add_layers(lua_State *L) {
    lb_register(L, functions, false);
}
