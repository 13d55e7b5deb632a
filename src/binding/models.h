/* models.h - what the bindings of the models share. Each function takes the rows, a
 * table of all options (lua/latent/models has checked names and types) and a function report(done,
 * total, figure) or nil; it returns a table of results. */
#ifndef LB_MODELS_H
#define LB_MODELS_H

#include "binding/binding.h"
#include "models/samples.h"

/* The function at `arg` as a watch that calls it at most twenty times a second. Whatever it
 * raises is dropped and the fit goes on, unless it was a Ctrl-C. */
typedef struct lb_watcher {
    lua_State *L;
    int function;
    double next;
} lb_watcher;
lt_watch lb_watch(lua_State *L, int arg, lb_watcher *room);

/* Option `seed`; without one a seed from the default generator, another at each call. */
uint64_t lb_opt_seed(lua_State *L, int arg);

/* Place of the option's value among `names` (NULL-terminated). Another value is an error that
 * lists them; `also` says in words what else would be right, or is NULL. */
int lb_opt_choice(lua_State *L, int arg, const char *model, const char *name,
                  const char *const *names, const char *also);

/* The option as a tensor, or NULL where it is absent or something else. */
lt_tensor *lb_opt_tensor(lua_State *L, int arg, const char *name);

/* Move a tensor into field `name` of the table on top of the stack; an empty one (no dimensions
 * and no storage) is left out. */
void lb_set_tensor(lua_State *L, const char *name, lt_tensor *t);
void lb_set_number(lua_State *L, const char *name, double value);
void lb_set_integer(lua_State *L, const char *name, lua_Integer value);
void lb_set_bool(lua_State *L, const char *name, bool value);

/* Each adds its functions to the table core.models on top of the stack. */
void lb_open_models_cluster(lua_State *L);
void lb_open_models_factor(lua_State *L);
void lb_open_models_tsne(lua_State *L);
void lb_open_models_map(lua_State *L);
void lb_open_models_umap(lua_State *L);

#endif
