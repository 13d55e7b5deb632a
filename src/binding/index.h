/* index.h - x[...] and x[...] = value in all their forms. */
#ifndef LB_INDEX_H
#define LB_INDEX_H

#include <lua.h>

/* Arguments (tensor, key): the __index of a key that is no string. */
int lb_get_index(lua_State *L);

/* Arguments (tensor, key, value): the __newindex of a key that is no string. */
int lb_set_index(lua_State *L);

#endif
