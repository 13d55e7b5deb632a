#include "io/safetensors.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "io/atomic_file.h"
#include "io/elements.h"
#include "io/reader.h"
#include "ops/create.h"

#define HEADER_MAX 100000000 /* as in the official reader */
#define METADATA   "__metadata__"

typedef struct entry {
    const char *name;
    lt_element element;
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    int64_t begin, end; /* bytes from the end of the header */
} entry;

typedef struct safetensors {
    lt_archive base;
    lt_reader reader;
    cJSON *header; /* owns the names */
    int64_t data;  /* where the elements begin in the file */
    entry *entries;
} safetensors;

static const struct {
    char name[5];
    lt_element element;
} known[] = {
    {"BOOL", LT_EL_BOOL}, {"U8", LT_EL_U8},   {"I8", LT_EL_I8},     {"I16", LT_EL_I16},
    {"U16", LT_EL_U16},   {"F16", LT_EL_F16}, {"BF16", LT_EL_BF16}, {"I32", LT_EL_I32},
    {"U32", LT_EL_U32},   {"F32", LT_EL_F32}, {"F64", LT_EL_F64},   {"I64", LT_EL_I64},
};

/* ---- reading ---- */

static lt_status damaged(const safetensors *s, const char *name, const char *what) {
    return lt_fail(LT_EIO, "%s: damaged header: tensor '%.100s': %s", s->base.path, name, what);
}

/* A whole number that a double holds exactly, from 0 on. */
static bool whole(const cJSON *item, int64_t *value) {
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= 0x1p53))
        return false;
    *value = (int64_t)item->valuedouble;
    return (double)*value == item->valuedouble;
}

static lt_status parse_dtype(const safetensors *s, const cJSON *item, entry *e) {
    const char *text = cJSON_GetStringValue(item);
    if (!text)
        return damaged(s, e->name, "no dtype");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, text) == 0) {
            e->element = known[i].element;
            return LT_OK;
        }
    }
    return lt_fail(LT_EIO, "%s: tensor '%.100s': elements of type %.20s cannot be read",
                   s->base.path, e->name, text);
}

static lt_status parse_shape(const safetensors *s, const cJSON *item, entry *e) {
    const cJSON *size;
    if (!cJSON_IsArray(item))
        return damaged(s, e->name, "no shape");
    cJSON_ArrayForEach(size, item) {
        if (e->ndim == LT_MAX_DIMS)
            return lt_fail(LT_EIO, "%s: tensor '%.100s': more than %d dimensions", s->base.path,
                           e->name, LT_MAX_DIMS);
        if (!whole(size, &e->shape[e->ndim++]))
            return damaged(s, e->name, "a size of its shape is no whole number");
    }
    return LT_OK;
}

static lt_status parse_offsets(const safetensors *s, const cJSON *item, entry *e) {
    if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) != 2 || !whole(item->child, &e->begin) ||
        !whole(item->child->next, &e->end) || e->begin > e->end)
        return damaged(s, e->name, "no data_offsets");
    int64_t numel = lt_shape_numel(e->ndim, e->shape), size = (int64_t)lt_element_size(e->element);
    if (numel < 0 || numel > INT64_MAX / size || numel * size != e->end - e->begin)
        return damaged(s, e->name, "its data_offsets do not fit its shape");
    return LT_OK;
}

/* The three keys, each once. */
static lt_status parse_entry(const safetensors *s, const cJSON *item, entry *e) {
    const cJSON *dtype = NULL, *shape = NULL, *offsets = NULL, *part;
    *e = (entry){.name = item->string};
    if (!cJSON_IsObject(item))
        return damaged(s, e->name, "not described");
    cJSON_ArrayForEach(part, item) {
        const cJSON **place = strcmp(part->string, "dtype") == 0          ? &dtype
                              : strcmp(part->string, "shape") == 0        ? &shape
                              : strcmp(part->string, "data_offsets") == 0 ? &offsets
                                                                          : NULL;
        if (!place || *place)
            return damaged(s, e->name, place ? "a key twice" : "an unknown key");
        *place = part;
    }
    LT_TRY(parse_dtype(s, dtype, e));
    LT_TRY(parse_shape(s, shape, e));
    return parse_offsets(s, offsets, e);
}

static lt_status parse_metadata(safetensors *s, const cJSON *item) {
    lt_archive *a = &s->base;
    if (!cJSON_IsObject(item) || a->key)
        return lt_fail(LT_EIO, "%s: damaged header: " METADATA, a->path);
    size_t n = (size_t)cJSON_GetArraySize(item);
    a->key = calloc(n + 1, sizeof *a->key);
    a->text = calloc(n + 1, sizeof *a->text);
    if (!a->key || !a->text)
        return lt_fail(LT_ENOMEM, "%s: out of memory", a->path);
    const cJSON *note;
    cJSON_ArrayForEach(note, item) {
        if (!cJSON_IsString(note))
            return lt_fail(LT_EIO, "%s: damaged header: " METADATA " '%.100s' is not a text",
                           a->path, note->string);
        a->key[a->notes] = note->string;
        a->text[a->notes++] = note->valuestring;
    }
    return LT_OK;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static int by_offset(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* No name twice; the elements follow each other without gaps or overlaps to the end of the file. */
static lt_status check_layout(safetensors *s, int64_t bytes) {
    int64_t n = s->base.count, at = 0;
    qsort(s->entries, (size_t)n, sizeof *s->entries, by_name);
    for (int64_t i = 1; i < n; i++)
        if (strcmp(s->entries[i - 1].name, s->entries[i].name) == 0)
            return damaged(s, s->entries[i].name, "is there twice");
    qsort(s->entries, (size_t)n, sizeof *s->entries, by_offset);
    for (int64_t i = 0; i < n; i++) {
        if (s->entries[i].begin != at)
            return damaged(s, s->entries[i].name, "its data do not begin where others end");
        at = s->entries[i].end;
    }
    if (at > bytes)
        return lt_fail(LT_EIO, "%s: truncated: %lld of %lld bytes of data are missing",
                       s->base.path, (long long)(at - bytes), (long long)at);
    if (at < bytes)
        return lt_fail(LT_EIO, "%s: holds %lld bytes more than its tensors need", s->base.path,
                       (long long)(bytes - at));
    return LT_OK;
}

static lt_status parse_header(safetensors *s, int64_t bytes) {
    lt_archive *a = &s->base;
    size_t n = (size_t)cJSON_GetArraySize(s->header);
    a->name = calloc(n + 1, sizeof *a->name);
    s->entries = calloc(n + 1, sizeof *s->entries);
    if (!a->name || !s->entries)
        return lt_fail(LT_ENOMEM, "%s: out of memory", a->path);
    const cJSON *item;
    cJSON_ArrayForEach(item, s->header) {
        if (strcmp(item->string, METADATA) == 0)
            LT_TRY(parse_metadata(s, item));
        else
            LT_TRY(parse_entry(s, item, &s->entries[a->count++]));
    }
    LT_TRY(check_layout(s, bytes));
    for (int64_t i = 0; i < a->count; i++)
        a->name[i] = s->entries[i].name;
    return LT_OK;
}

static lt_status read_header(safetensors *s) {
    unsigned char size[8];
    int64_t bytes = s->reader.bound;
    uint64_t length = 0;
    LT_TRY(lt_reader_exact(&s->reader, size, 8));
    for (int i = 7; i >= 0; i--)
        length = length << 8 | size[i];
    if (length > HEADER_MAX)
        return lt_fail(LT_EIO, "%s: not a safetensors file: a header of %llu bytes", s->base.path,
                       (unsigned long long)length);
    if ((int64_t)length > s->reader.bound)
        return lt_fail(LT_EIO, "%s: truncated: its header of %llu bytes goes past the end",
                       s->base.path, (unsigned long long)length);
    char *text = malloc(length + 1);
    if (!text)
        return lt_fail(LT_ENOMEM, "%s: out of memory", s->base.path);
    lt_status status = lt_reader_exact(&s->reader, text, length);
    text[length] = 0;
    if (status == LT_OK && strlen(text) == length)
        s->header = cJSON_ParseWithOpts(text, NULL, true);
    free(text);
    LT_TRY(status);
    if (!cJSON_IsObject(s->header))
        return lt_fail(LT_EIO, "%s: not a safetensors file: its header is not JSON", s->base.path);
    s->data = 8 + (int64_t)length;
    return parse_header(s, bytes - s->data);
}

static lt_status read_tensor(lt_archive *a, int64_t i, lt_tensor *out) {
    safetensors *s = (safetensors *)a;
    const entry *e = &s->entries[i];
    LT_TRY(lt_reader_seek(&s->reader, s->data + e->begin, e->end - e->begin));
    return lt_read_elements(&s->reader, out, e->ndim, e->shape, e->element, false);
}

static void close_archive(lt_archive *a) {
    safetensors *s = (safetensors *)a;
    lt_reader_close(&s->reader);
    cJSON_Delete(s->header);
    free(s->entries);
    free(a->name);
    free(a->key);
    free(a->text);
    free(a->path);
    free(s);
}

lt_status lt_safetensors_open(lt_archive **out, const char *path) {
    safetensors *s = calloc(1, sizeof *s);
    char *copy = strdup(path);
    if (!s || !copy) {
        free(s);
        free(copy);
        return lt_fail(LT_ENOMEM, "%s: out of memory", path);
    }
    lt_status status = lt_reader_open(&s->reader, copy);
    if (status != LT_OK) {
        free(s);
        free(copy);
        return status;
    }
    s->base = (lt_archive){.path = copy, .read = read_tensor, .close = close_archive};
    status = read_header(s);
    if (status == LT_OK)
        *out = &s->base;
    else
        close_archive(&s->base);
    return status;
}

/* ---- writing ---- */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "elements are written as they are");

/* A tensor to be written; `rank` puts large elements first, int64 before float64. */
typedef struct record {
    const char *name;
    lt_tensor *tensor;
    int rank;
} record;

static int by_rank(const void *a, const void *b) {
    const record *x = a, *y = b;
    return x->rank != y->rank ? y->rank - x->rank : strcmp(x->name, y->name);
}

static const char *const dtype_names[] = {"BOOL", "U8", "I64", "F32", "F64"};
static const int dtype_ranks[] = {0, 1, 4, 2, 3};

static bool add_notes(cJSON *header, int64_t n, const char *const *keys, const char *const *texts) {
    cJSON *object = n > 0 ? cJSON_AddObjectToObject(header, METADATA) : NULL;
    for (int64_t i = 0; i < n; i++)
        if (!cJSON_AddStringToObject(object, keys[i], texts[i]))
            return false;
    return true;
}

static bool add_numbers(cJSON *object, const char *key, int n, const int64_t *values) {
    cJSON *array = cJSON_AddArrayToObject(object, key);
    for (int i = 0; i < n; i++)
        if (!cJSON_AddItemToArray(array, cJSON_CreateNumber((double)values[i])))
            return false;
    return array != NULL;
}

static int64_t bytes_of(const lt_tensor *t) {
    return t->numel * (int64_t)lt_dtype_size((lt_dtype)t->dtype);
}

static bool add_record(cJSON *header, const record *r, int64_t *at) {
    const lt_tensor *t = r->tensor;
    int64_t offsets[2] = {*at, *at + bytes_of(t)};
    cJSON *object = cJSON_AddObjectToObject(header, r->name);
    *at = offsets[1];
    return object && cJSON_AddStringToObject(object, "dtype", dtype_names[t->dtype]) &&
           add_numbers(object, "shape", t->ndim, t->shape) &&
           add_numbers(object, "data_offsets", 2, offsets);
}

/* The header's text, to be freed; NULL when memory is short. */
static char *make_header(int64_t n, const record *records, int64_t notes, const char *const *keys,
                         const char *const *texts) {
    cJSON *header = cJSON_CreateObject();
    int64_t at = 0;
    bool good = header && add_notes(header, notes, keys, texts);
    for (int64_t i = 0; i < n && good; i++)
        good = add_record(header, &records[i], &at);
    char *text = good ? cJSON_PrintUnformatted(header) : NULL;
    cJSON_Delete(header);
    return text;
}

static lt_status write_tensor(lt_atomic_file *f, lt_tensor *t) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_contiguous(&rows, t));
    lt_status status = lt_atomic_write(f, lt_data(&rows), (size_t)bytes_of(&rows));
    lt_release(&rows);
    return status;
}

/* Length, header, blanks up to a multiple of 8, elements. */
static lt_status write_all(lt_atomic_file *f, const char *header, int64_t n,
                           const record *records) {
    size_t length = strlen(header), padded = (length + 7) / 8 * 8;
    unsigned char size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (unsigned char)((uint64_t)padded >> 8 * i);
    LT_TRY(lt_atomic_write(f, size, 8));
    LT_TRY(lt_atomic_write(f, header, length));
    LT_TRY(lt_atomic_write(f, "       ", padded - length));
    for (int64_t i = 0; i < n; i++)
        LT_TRY(write_tensor(f, records[i].tensor));
    return LT_OK;
}

lt_status lt_write_safetensors(const char *path, int64_t n, const char *const *names,
                               lt_tensor *const *tensors, int64_t notes, const char *const *keys,
                               const char *const *texts) {
    record *records = calloc((size_t)n + 1, sizeof *records);
    if (!records)
        return lt_fail(LT_ENOMEM, "%s: out of memory for %lld tensors", path, (long long)n);
    for (int64_t i = 0; i < n; i++)
        records[i] = (record){names[i], tensors[i], dtype_ranks[tensors[i]->dtype]};
    qsort(records, (size_t)n, sizeof *records, by_rank);
    char *header = make_header(n, records, notes, keys, texts);
    lt_atomic_file f;
    lt_status status =
        header ? lt_atomic_open(&f, path) : lt_fail(LT_ENOMEM, "%s: out of memory", path);
    if (status == LT_OK)
        status = lt_atomic_close(&f, write_all(&f, header, n, records));
    cJSON_free(header);
    free(records);
    return status;
}
