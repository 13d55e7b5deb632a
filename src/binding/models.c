#include "binding/models.h"

#include <string.h>
#include <time.h>

#include "kernels/philox.h"
#include "tensor/interrupt.h"

/* ---- watching ---- */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void report(void *context, int64_t done, int64_t total, double figure) {
    lb_watcher *w = context;
    double time = now();
    if (time < w->next && done > 0 && done < total)
        return;
    w->next = time + 0.05;
    lua_pushvalue(w->L, w->function);
    lua_pushinteger(w->L, done);
    lua_pushinteger(w->L, total);
    lua_pushnumber(w->L, figure);
    if (lua_pcall(w->L, 3, 0, 0) != LUA_OK) {
        const char *message = lua_tostring(w->L, -1);
        if (message && strstr(message, "interrupted!")) /* a Ctrl-C came while Lua ran */
            lt_interrupt();
        lua_pop(w->L, 1);
    }
}

lt_watch lb_watch(lua_State *L, int arg, lb_watcher *room) {
    *room = (lb_watcher){.L = L, .function = arg};
    luaL_checkstack(L, 8, "models");
    return (lt_watch){.report = lua_isfunction(L, arg) ? report : NULL, .context = room};
}

/* ---- options ---- */

uint64_t lb_opt_seed(lua_State *L, int arg) {
    lua_getfield(L, arg, "seed");
    bool given = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (given)
        return (uint64_t)lb_opt_int(L, arg, "seed", 0);
    lt_generator *g = lt_default_generator();
    uint32_t w[4];
    lt_philox(g->seed, 0, g->offset++, w);
    return (uint64_t)w[0] << 32 | w[1];
}

int lb_opt_choice(lua_State *L, int arg, const char *model, const char *name,
                  const char *const *names, const char *also) {
    lua_getfield(L, arg, name);
    const char *value = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    for (int i = 0; value && names[i]; i++)
        if (strcmp(names[i], value) == 0) {
            lua_pop(L, 1);
            return i;
        }
    luaL_Buffer b;
    const char *shown = luaL_tolstring(L, -1, NULL);
    luaL_buffinit(L, &b);
    for (int i = 0; names[i]; i++) {
        bool last = !names[i + 1] && !also;
        luaL_addstring(&b, i == 0 ? "'" : last ? " or '" : ", '");
        luaL_addstring(&b, names[i]);
        luaL_addstring(&b, "'");
    }
    if (also) {
        luaL_addstring(&b, " or ");
        luaL_addstring(&b, also);
    }
    luaL_pushresult(&b);
    lb_error(L, "%s: %s must be %s, not %s", model, name, lua_tostring(L, -1), shown);
}

lt_tensor *lb_opt_tensor(lua_State *L, int arg, const char *name) {
    lua_getfield(L, arg, name);
    lt_tensor *t = lb_test(L, -1);
    lua_pop(L, 1); /* the table keeps it alive */
    return t;
}

/* ---- results ---- */

void lb_set_tensor(lua_State *L, const char *name, lt_tensor *t) {
    if (!t->storage && t->ndim == 0)
        return;
    lt_tensor *to = lb_new(L);
    lt_move(to, t);
    lb_seal(L, -1);
    lua_setfield(L, -2, name);
}

void lb_set_number(lua_State *L, const char *name, double value) {
    lua_pushnumber(L, value);
    lua_setfield(L, -2, name);
}

void lb_set_integer(lua_State *L, const char *name, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

void lb_set_bool(lua_State *L, const char *name, bool value) {
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
}

/* queries(model's name, x, columns, one of its results): x as dense finite rows of that dtype */
static int f_queries(lua_State *L) {
    const char *model = luaL_checkstring(L, 1);
    lt_tensor *x = lb_check(L, 2), *like = lb_check(L, 4);
    int64_t columns = luaL_checkinteger(L, 3);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_queries(out, model, x, columns, (lt_dtype)like->dtype));
    return lb_done(L, out);
}

static const luaL_Reg functions[] = {
    {"queries", f_queries},
    {NULL, NULL},
};

void lb_open_models(lua_State *L) {
    lua_newtable(L);
    lb_register(L, functions, false);
    lb_open_models_cluster(L);
    lb_open_models_factor(L);
    lb_open_models_tsne(L);
    lb_open_models_map(L);
    lb_open_models_umap(L);
    lua_setfield(L, -2, "models");
}
