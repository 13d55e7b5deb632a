/* pictures.c (binding) - core.pictures: pictures as bytes in memory, for animations. */
#include <stdlib.h>

#include "binding/binding.h"

/* decode_png(bytes): [h, w] or [h, w, 3] */
static int decode_png(lua_State *L) {
    size_t size;
    const char *bytes = luaL_checklstring(L, 1, &size);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_decode_png(out, "png", bytes, size));
    return lb_done(L, out);
}

static int free_bytes(lua_State *L) {
    lt_gif_bytes *bytes = lua_touserdata(L, 1);
    free(bytes->data);
    bytes->data = NULL;
    return 0;
}

/* gif_frame(picture, the picture before or nil, delay): a string */
static int gif_frame(lua_State *L) {
    lt_tensor *picture = lb_check(L, 1);
    lt_tensor *before = lua_isnoneornil(L, 2) ? NULL : lb_check(L, 2);
    lua_Integer delay = luaL_checkinteger(L, 3);
    luaL_argcheck(L, delay >= 0 && delay <= 65535, 3, "a delay is from 0 to 65535");
    /* Held by a userdata, so that an error on the way frees it. */
    lt_gif_bytes *bytes = lua_newuserdatauv(L, sizeof *bytes, 0);
    *bytes = (lt_gif_bytes){0};
    if (luaL_newmetatable(L, "latent.bytes")) {
        lua_pushcfunction(L, free_bytes);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    LB_TRY(L, lt_gif_frame(bytes, picture, before, (int)delay));
    lua_pushlstring(L, (const char *)bytes->data, bytes->n);
    free(bytes->data);
    bytes->data = NULL;
    return 1;
}

void lb_open_pictures(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"decode_png", decode_png},
        {"gif_frame", gif_frame},
        {NULL, NULL},
    };
    lua_newtable(L);
    lb_register(L, functions, false);
    lua_setfield(L, -2, "pictures");
}
