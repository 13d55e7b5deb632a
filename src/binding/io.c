/* io.c (binding) - core.files: reading and writing files, for lua/latent/io. */
#include <string.h>

#include "binding/binding.h"
#include "io/csv_write.h"

/* A path may hold any byte but the zero that would end it early. */
static const char *check_path(lua_State *L, int arg) {
    size_t length;
    const char *path = luaL_checklstring(L, arg, &length);
    if (strlen(path) != length)
        luaL_argerror(L, arg, "a path cannot hold a zero byte");
    return path;
}

static int load_idx(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_read_idx(out, path));
    return lb_done(L, out);
}

/* The end of saving an operand: a number's room may own a storage by now. */
static int saved(lua_State *L, const lt_tensor *t, lt_tensor *room, lt_status status) {
    if (t == room)
        lt_release(room);
    LB_TRY(L, status);
    return 0;
}

/* save_idx(path, tensor, packed) */
static int save_idx(lua_State *L) {
    lt_tensor room;
    const char *path = check_path(L, 1);
    lt_tensor *t = lb_operand(L, 2, &room);
    return saved(L, t, &room, lt_write_idx(path, t, lua_toboolean(L, 3)));
}

static int load_npy(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_read_npy(out, path));
    return lb_done(L, out);
}

static int save_npy(lua_State *L) {
    lt_tensor room;
    const char *path = check_path(L, 1);
    lt_tensor *t = lb_operand(L, 2, &room);
    return saved(L, t, &room, lt_write_npy(path, t));
}

static int load_png(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_read_png(out, path));
    return lb_done(L, out);
}

static int save_png(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *t = lb_check(L, 2);
    LB_TRY(L, lt_write_png(path, t));
    return 0;
}

static int load_jpeg(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_read_jpeg(out, path));
    return lb_done(L, out);
}

/* save_jpeg(path, picture, quality) */
static int save_jpeg(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *t = lb_check(L, 2);
    int quality = (int)luaL_checkinteger(L, 3);
    LB_TRY(L, lt_write_jpeg(path, t, quality));
    return 0;
}

/* ---- archives ---- */

/* An open archive is held by a userdata, so that an error on the way closes it. */
static int archive_gc(lua_State *L) {
    lt_archive **box = lua_touserdata(L, 1);
    lt_archive_close(*box);
    *box = NULL;
    return 0;
}

/* A box for something that `gc` closes. */
static void *new_box(lua_State *L, const char *name, lua_CFunction gc) {
    void **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(L, name)) {
        lua_pushcfunction(L, gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

/* A table of tensors by name, a table of texts by key. */
static int load_archive(lua_State *L, lt_status (*open)(lt_archive **out, const char *path)) {
    const char *path = check_path(L, 1);
    lt_archive **box = new_box(L, "latent.archive", archive_gc);
    LB_TRY(L, open(box, path));
    lt_archive *a = *box;
    lua_newtable(L);
    for (int64_t i = 0; i < a->count; i++) {
        lt_tensor *out = lb_new(L);
        LB_TRY(L, lt_archive_read(a, i, out));
        lb_done(L, out);
        lua_setfield(L, -2, a->name[i]);
    }
    lua_newtable(L);
    for (int64_t i = 0; i < a->notes; i++) {
        lua_pushstring(L, a->text[i]);
        lua_setfield(L, -2, a->key[i]);
    }
    lt_archive_close(a);
    *box = NULL;
    return 2;
}

static int load_npz(lua_State *L) {
    load_archive(L, lt_npz_open);
    lua_pop(L, 1);
    return 1;
}

static int load_safetensors(lua_State *L) {
    return load_archive(L, lt_safetensors_open);
}

/* The strings of a list, as a C array that lives on the stack of Lua. */
static const char **check_strings(lua_State *L, int list, lua_Integer *n) {
    luaL_checktype(L, list, LUA_TTABLE);
    *n = (lua_Integer)lua_rawlen(L, list);
    const char **strings = lua_newuserdatauv(L, (size_t)(*n + 1) * sizeof *strings, 0);
    for (lua_Integer i = 0; i < *n; i++) {
        size_t length;
        if (lua_rawgeti(L, list, i + 1) != LUA_TSTRING)
            luaL_argerror(L, list, "a list of strings is needed");
        strings[i] = lua_tolstring(L, -1, &length); /* the list keeps it */
        if (strlen(strings[i]) != length)
            luaL_argerror(L, list, "a string holds a zero byte");
        lua_pop(L, 1);
    }
    return strings;
}

/* The tensors of a list of n, the same way. */
static lt_tensor **check_tensors(lua_State *L, int list, lua_Integer n) {
    luaL_checktype(L, list, LUA_TTABLE);
    lt_tensor **tensors = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *tensors, 0);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(L, list, i + 1);
        tensors[i] = lb_check(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    return tensors;
}

/* Writing may have moved inline data of a list's tensors to a storage: see that they own it. */
static void seal_all(lua_State *L, int list, lua_Integer n) {
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, list, i);
        lb_seal(L, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* save_npz(path, names, tensors, compress) */
static int save_npz(lua_State *L) {
    lua_Integer n;
    const char *path = check_path(L, 1);
    const char **names = check_strings(L, 2, &n);
    lt_tensor **tensors = check_tensors(L, 3, n);
    lt_status status = lt_write_npz(path, n, names, tensors, lua_toboolean(L, 4));
    seal_all(L, 3, n);
    LB_TRY(L, status);
    return 0;
}

/* save_safetensors(path, names, tensors, keys, texts) */
static int save_safetensors(lua_State *L) {
    lua_Integer n, notes, texts_count;
    const char *path = check_path(L, 1);
    const char **names = check_strings(L, 2, &n);
    lt_tensor **tensors = check_tensors(L, 3, n);
    const char **keys = check_strings(L, 4, &notes);
    const char **texts = check_strings(L, 5, &texts_count);
    luaL_argcheck(L, notes == texts_count, 5, "a text for each key is needed");
    lt_status status = lt_write_safetensors(path, n, names, tensors, notes, keys, texts);
    seal_all(L, 3, n);
    LB_TRY(L, status);
    return 0;
}

/* ---- CSV ---- */

static int csv_gc(lua_State *L) {
    lt_csv **box = lua_touserdata(L, 1);
    lt_csv_close(*box);
    *box = NULL;
    return 0;
}

/* Options from the arguments (path, delimiter, header, dtype), header true, false or nil. */
static lt_csv **open_csv(lua_State *L, bool matrix) {
    const char *path = check_path(L, 1);
    lt_csv_options o = {.delimiter = *luaL_checkstring(L, 2), .matrix = matrix};
    o.header = lua_isnoneornil(L, 3) ? LT_CSV_GUESS
               : lua_toboolean(L, 3) ? LT_CSV_HEADER
                                     : LT_CSV_NO_HEADER;
    lt_dtype_from_name(luaL_checkstring(L, 4), &o.dtype);
    lt_csv **box = new_box(L, "latent.csv", csv_gc);
    LB_TRY(L, lt_csv_open(box, path, &o));
    return box;
}

/* Push the header as a list of names, or nil. */
static void push_names(lua_State *L, const lt_csv *csv) {
    const lt_csv_field *names = lt_csv_names(csv);
    if (!names) {
        lua_pushnil(L);
        return;
    }
    lua_newtable(L);
    for (int64_t i = 0; i < lt_csv_columns(csv); i++) {
        lua_pushlstring(L, names[i].text, names[i].length);
        lua_rawseti(L, -2, i + 1);
    }
}

/* load_csv(path, delimiter, header, dtype): tensor [rows, columns], names or nil */
static int load_csv(lua_State *L) {
    lt_csv **box = open_csv(L, true);
    lt_tensor *out = lb_new(L);
    lt_csv_take_matrix(*box, out);
    lb_done(L, out);
    push_names(L, *box);
    lt_csv_close(*box);
    *box = NULL;
    return 2;
}

/* Fill the lists of texts: the value at `columns`[i] for each column of texts. */
static void read_texts(lua_State *L, lt_csv *csv, int columns) {
    const lt_csv_field *fields;
    for (int64_t row = 1;; row++) {
        LB_TRY(L, lt_csv_next(csv, &fields));
        if (!fields)
            break;
        for (int64_t i = 0; i < lt_csv_columns(csv); i++) {
            if (!lt_csv_is_text(csv, i))
                continue;
            lua_rawgeti(L, columns, i + 1);
            lua_pushlstring(L, fields[i].text, fields[i].length);
            lua_rawseti(L, -2, row);
            lua_pop(L, 1);
        }
    }
}

/* load_csv_columns(path, delimiter, header, dtype): list of columns, each a tensor [rows] or a
 * list of strings; names or nil */
static int load_csv_columns(lua_State *L) {
    lt_csv **box = open_csv(L, false);
    bool texts = false;
    lua_newtable(L);
    int columns = lua_gettop(L);
    for (int64_t i = 0; i < lt_csv_columns(*box); i++) {
        if (lt_csv_is_text(*box, i)) {
            texts = true;
            lua_createtable(L, (int)lt_csv_rows(*box), 0);
        } else {
            lt_tensor *out = lb_new(L);
            lt_csv_take_column(*box, i, out);
            lb_done(L, out);
        }
        lua_rawseti(L, columns, i + 1);
    }
    if (texts)
        read_texts(L, *box, columns);
    push_names(L, *box);
    lt_csv_close(*box);
    *box = NULL;
    return 2;
}

/* The columns of [rows, columns], as views in room for them. */
static lt_status matrix_columns(lt_tensor *t, int64_t n, lt_tensor *views, lt_csv_column *columns) {
    for (int64_t i = 0; i < n; i++) {
        LT_TRY(lt_view(&views[i], t, 1, t->shape, t->stride, t->offset + i * t->stride[1]));
        columns[i].numbers = &views[i];
    }
    return LT_OK;
}

static lt_status save_matrix(const char *path, lt_tensor *t, lt_csv_column *columns,
                             lt_tensor *views, char delimiter) {
    int64_t n = t->ndim == 2 ? t->shape[1] : 1;
    lt_status status = LT_OK;
    if (t->ndim == 2)
        status = matrix_columns(t, n, views, columns);
    else
        columns[0].numbers = t;
    if (status == LT_OK)
        status = lt_write_csv(path, t->shape[0], n, columns, delimiter);
    for (int64_t i = 0; i < n; i++)
        lt_release(&views[i]);
    return status;
}

/* save_csv(path, tensor of one or two dimensions, names or nil, delimiter) */
static int save_csv(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *t = lb_check(L, 2);
    char delimiter = *luaL_checkstring(L, 4);
    size_t n = t->ndim == 2 ? (size_t)t->shape[1] : 1;
    lua_Integer named;
    const char **names = lua_isnil(L, 3) ? NULL : check_strings(L, 3, &named);
    lt_csv_column *columns = lua_newuserdatauv(L, (n + 1) * sizeof *columns, 0);
    lt_tensor *views = lua_newuserdatauv(L, (n + 1) * sizeof *views, 0);
    memset(columns, 0, n * sizeof *columns);
    memset(views, 0, n * sizeof *views);
    for (size_t i = 0; names && i < n; i++)
        columns[i].name = names[i];
    LB_TRY(L, save_matrix(path, t, columns, views, delimiter));
    return 0;
}

/* save_csv_columns(path, list of tensors and lists of strings, names, delimiter, rows) */
static int save_csv_columns(lua_State *L) {
    lua_Integer n, length;
    const char *path = check_path(L, 1);
    const char **names = check_strings(L, 3, &n);
    char delimiter = *luaL_checkstring(L, 4);
    lua_Integer rows = luaL_checkinteger(L, 5);
    lt_csv_column *columns = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *columns, 0);
    for (lua_Integer i = 0; i < n; i++) {
        columns[i] = (lt_csv_column){.name = names[i]};
        lua_rawgeti(L, 2, i + 1); /* stays, and what check_strings makes, until this returns */
        luaL_checkstack(L, 4, "too many columns");
        columns[i].numbers = lb_test(L, lua_gettop(L));
        if (!columns[i].numbers)
            columns[i].texts = check_strings(L, lua_gettop(L), &length);
    }
    LB_TRY(L, lt_write_csv(path, rows, n, columns, delimiter));
    return 0;
}

void lb_open_io(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"load_idx", load_idx},
        {"save_idx", save_idx},
        {"load_npy", load_npy},
        {"save_npy", save_npy},
        {"load_npz", load_npz},
        {"save_npz", save_npz},
        {"load_safetensors", load_safetensors},
        {"save_safetensors", save_safetensors},
        {"load_csv", load_csv},
        {"load_csv_columns", load_csv_columns},
        {"save_csv", save_csv},
        {"save_csv_columns", save_csv_columns},
        {"load_png", load_png},
        {"save_png", save_png},
        {"load_jpeg", load_jpeg},
        {"save_jpeg", save_jpeg},
        {NULL, NULL},
    };
    lua_newtable(L);
    lb_register(L, functions, false);
    lua_setfield(L, -2, "files");
}
