/* Losses. */
#include <string.h>

#include "binding/nn.h"

static lt_loss_reduction check_reduction(lua_State *L, int arg, const char *function) {
    const char *name = lb_opt_string(L, arg, "reduction", "mean");
    if (strcmp(name, "mean") == 0)
        return LT_LOSS_MEAN;
    if (strcmp(name, "sum") == 0)
        return LT_LOSS_SUM;
    if (strcmp(name, "none") != 0)
        lb_error(L, "%s: reduction must be 'mean', 'sum' or 'none', not '%s'", function, name);
    return LT_LOSS_NONE;
}

/* <name>_loss(x, y, {reduction =, parameter =}) */
static int pointwise_loss(lua_State *L, lt_loss_op op) {
    const lt_loss_info *info = &lt_loss_table[op];
    lt_tensor *x = lb_check(L, 1), *y = lb_check(L, 2);
    lb_options(L, 3, info->name, (const char *[]){"reduction", info->parameter, NULL});
    lt_loss_reduction reduction = check_reduction(L, 3, info->name);
    double parameter = 0;
    if (info->parameter)
        parameter = lb_opt_number(L, 3, info->parameter, info->value);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_pointwise_loss(out, op, x, y, reduction, parameter));
    return lb_done(L, out);
}

#define LOSS(name, ...)                                                                            \
    static int name##_loss(lua_State *L) {                                                         \
        return pointwise_loss(L, LT_LOSS_##name);                                                  \
    }
#include "ops/loss.def"

/* cross_entropy_loss(scores, targets, {reduction =}) */
static int nn_cross_entropy(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *target = lb_check(L, 2);
    lb_options(L, 3, "cross_entropy_loss", (const char *[]){"reduction", NULL});
    lt_loss_reduction reduction = check_reduction(L, 3, "cross_entropy_loss");
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_cross_entropy(out, x, target, reduction));
    return lb_done(L, out);
}

static const luaL_Reg functions[] = {
#define LOSS(name, ...) {#name "_loss", name##_loss},
#include "ops/loss.def"
    {"cross_entropy_loss", nn_cross_entropy},
    {NULL, NULL},
};

void lb_add_losses(lua_State *L) {
    lb_register(L, functions, false);
}
