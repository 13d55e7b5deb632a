#include "io/npy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/atomic_file.h"
#include "io/elements.h"
#include "io/reader.h"
#include "ops/create.h"

#define MAGIC "\x93NUMPY"
/* Longest dictionary that is read. Ours take about 100 bytes, a record type of many fields more. */
#define DICTIONARY_MAX 65536

/* What the dictionary says. */
typedef struct npy_header {
    char descr[64];
    bool fortran;
    int ndim;
    int64_t shape[LT_MAX_DIMS];
} npy_header;

/* ---- the dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } ---- */

static const char *skip(const char *p) {
    return p + strspn(p, " \t\n\r");
}

/* Step over `c` and the blanks before it; NULL if something else is there. Passes NULL on. */
static const char *expect(const char *p, char c) {
    if (!p)
        return NULL;
    p = skip(p);
    return *p == c ? p + 1 : NULL;
}

static const char *parse_string(const char *p, char *to, size_t room) {
    p = skip(p);
    char quote = *p++;
    if (quote != '\'' && quote != '"')
        return NULL;
    const char *end = strchr(p, quote);
    if (!end || (size_t)(end - p) >= room)
        return NULL;
    memcpy(to, p, (size_t)(end - p));
    to[end - p] = 0;
    return end + 1;
}

/* A descr that is not a string (a record type) is kept as it stands, for the message. */
static const char *parse_descr(const char *p, npy_header *h) {
    p = skip(p);
    if (*p != '[')
        return parse_string(p, h->descr, sizeof h->descr);
    snprintf(h->descr, sizeof h->descr, "%.*s", (int)strcspn(p, "]") + 1, p);
    return NULL;
}

static const char *parse_bool(const char *p, bool *value) {
    p = skip(p);
    *value = strncmp(p, "True", 4) == 0;
    return *value ? p + 4 : strncmp(p, "False", 5) == 0 ? p + 5 : NULL;
}

/* (), (3,), (3, 4); Python 2 wrote (3L,). */
static const char *parse_shape(const char *p, npy_header *h) {
    p = expect(p, '(');
    while (p && *(p = skip(p)) != ')') {
        if (*p < '0' || *p > '9')
            return NULL;
        char *end;
        errno = 0;
        int64_t size = strtoll(p, &end, 10);
        if (errno == ERANGE)
            return NULL;
        if (h->ndim < LT_MAX_DIMS)
            h->shape[h->ndim] = size;
        h->ndim++;
        p = skip(*end == 'L' ? end + 1 : end);
        if (*p == ',')
            p++;
        else if (*p != ')')
            return NULL;
    }
    return expect(p, ')');
}

/* False if the text is not a dictionary of exactly the three keys. */
static bool parse_dictionary(const char *p, npy_header *h) {
    bool descr = false, order = false, shape = false;
    for (p = expect(p, '{'); p && *(p = skip(p)) != '}';) {
        char key[16];
        p = expect(parse_string(p, key, sizeof key), ':');
        if (!p)
            return false;
        if (strcmp(key, "descr") == 0 && !descr)
            descr = true, p = parse_descr(p, h);
        else if (strcmp(key, "fortran_order") == 0 && !order)
            order = true, p = parse_bool(p, &h->fortran);
        else if (strcmp(key, "shape") == 0 && !shape)
            shape = true, p = parse_shape(p, h);
        else
            return false;
        if (p && *(p = skip(p)) == ',')
            p++;
        else if (p && *p != '}')
            return false;
    }
    p = expect(p, '}');
    return p && *skip(p) == 0 && descr && order && shape;
}

/* ---- reading ---- */

static bool element_of(const char *descr, lt_element *element, bool *big_endian) {
    static const struct {
        char text[3];
        lt_element element;
    } known[] = {{"b1", LT_EL_BOOL}, {"u1", LT_EL_U8},  {"i1", LT_EL_I8},  {"i2", LT_EL_I16},
                 {"u2", LT_EL_U16},  {"i4", LT_EL_I32}, {"u4", LT_EL_U32}, {"i8", LT_EL_I64},
                 {"f2", LT_EL_F16},  {"f4", LT_EL_F32}, {"f8", LT_EL_F64}};
    if (!descr[0] || !strchr("<>|=", descr[0]))
        return false;
    *big_endian = descr[0] == '>' || (descr[0] != '<' && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].text, descr + 1) == 0) {
            *element = known[i].element;
            return true;
        }
    }
    return false;
}

/* The bytes after the magic string: version, length, dictionary. */
static lt_status read_header(lt_reader *r, npy_header *h) {
    unsigned char b[4] = {0};
    LT_TRY(lt_reader_exact(r, b, 2));
    int version = b[0];
    if (version < 1 || version > 3)
        return lt_fail(LT_EIO, "%s: npy version %d.%d is not known (1 to 3 are)", r->name, b[0],
                       b[1]);
    LT_TRY(lt_reader_exact(r, b, version == 1 ? 2 : 4));
    uint32_t length = (uint32_t)b[0] | (uint32_t)b[1] << 8;
    if (version > 1)
        length |= (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    if (length > DICTIONARY_MAX)
        return lt_fail(LT_EIO, "%s: damaged npy header: it says it is %" PRIu32 " bytes long",
                       r->name, length);
    char *text = malloc(length + 1);
    if (!text)
        return lt_fail(LT_ENOMEM, "%s: out of memory", r->name);
    lt_status status = lt_reader_exact(r, text, length);
    text[length] = 0;
    bool good = status == LT_OK && strlen(text) == length && parse_dictionary(text, h);
    free(text);
    LT_TRY(status);
    if (!good && h->descr[0] == '[')
        return lt_fail(LT_EIO, "%s: arrays of records cannot be read (descr %s)", r->name,
                       h->descr);
    if (!good)
        return lt_fail(LT_EIO, "%s: damaged npy header", r->name);
    return LT_OK;
}

/* The elements are those of the transposed tensor, row-major. */
static lt_status read_fortran(lt_reader *r, lt_tensor *out, const npy_header *h, lt_element element,
                              bool big_endian) {
    int64_t reversed[LT_MAX_DIMS], stride[LT_MAX_DIMS], step = 1;
    for (int d = 0; d < h->ndim; d++) {
        reversed[h->ndim - 1 - d] = h->shape[d];
        stride[d] = step;
        step *= h->shape[d] > 0 ? h->shape[d] : 1;
    }
    lt_tensor transposed LT_EMPTY, view LT_EMPTY;
    LT_TRY(lt_read_elements(r, &transposed, h->ndim, reversed, element, big_endian));
    lt_status status = lt_view(&view, &transposed, h->ndim, h->shape, stride, 0);
    if (status == LT_OK)
        status = lt_contiguous(out, &view);
    lt_release(&view);
    lt_release(&transposed);
    return status;
}

lt_status lt_read_npy_from(lt_tensor *out, lt_reader *r) {
    char magic[6] = {0};
    size_t got;
    npy_header h = {.ndim = 0};
    lt_element element;
    bool big_endian;
    LT_TRY(lt_reader_some(r, magic, 6, &got));
    if (memcmp(magic, MAGIC, 6) != 0)
        return lt_fail(LT_EIO, "%s: not an npy file: it does not begin with \\x93NUMPY", r->name);
    LT_TRY(read_header(r, &h));
    if (!element_of(h.descr, &element, &big_endian))
        return lt_fail(LT_EIO, "%s: elements of type '%s' cannot be read%s", r->name, h.descr,
                       strchr(h.descr, 'O') ? " (they are Python objects)" : "");
    if (h.ndim > LT_MAX_DIMS)
        return lt_fail(LT_EIO, "%s: a tensor has at most %d dimensions; this array has more",
                       r->name, LT_MAX_DIMS);
    if (h.fortran && h.ndim > 1)
        return read_fortran(r, out, &h, element, big_endian);
    return lt_read_elements(r, out, h.ndim, h.shape, element, big_endian);
}

lt_status lt_read_npy(lt_tensor *out, const char *path) {
    lt_reader r;
    LT_TRY(lt_reader_open(&r, path));
    lt_status status = lt_read_npy_from(out, &r);
    lt_reader_close(&r);
    return status;
}

/* ---- writing ---- */

size_t lt_npy_header(char header[LT_NPY_HEADER_MAX], const lt_tensor *t) {
    static const char *const kind[] = {"b1", "u1", "i8", "f4", "f8"};
    char order = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? '>' : '<';
    if (lt_dtype_size((lt_dtype)t->dtype) == 1)
        order = '|';
    char shape[LT_MAX_DIMS * 21 + 1] = "";
    size_t used = 0;
    for (int d = 0; d < t->ndim; d++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%" PRId64, d ? ", " : "",
                                 t->shape[d]);
    char *text = header + 10;
    int length = snprintf(text, LT_NPY_HEADER_MAX - 10,
                          "{'descr': '%c%s', 'fortran_order': False, 'shape': (%s%s), }", order,
                          kind[t->dtype], shape, t->ndim == 1 ? "," : "");
    /* Blanks and a line feed fill up to a multiple of 64. */
    size_t total = (10 + (size_t)length + 1 + 63) / 64 * 64;
    memset(text + length, ' ', total - 10 - (size_t)length);
    header[total - 1] = '\n';
    memcpy(header, MAGIC "\x01\x00", 8);
    header[8] = (char)((total - 10) & 255);
    header[9] = (char)((total - 10) >> 8);
    return total;
}

lt_status lt_write_npy(const char *path, lt_tensor *t) {
    char header[LT_NPY_HEADER_MAX];
    lt_tensor rows LT_EMPTY;
    lt_atomic_file f;
    LT_TRY(lt_contiguous(&rows, t));
    lt_status status = lt_atomic_open(&f, path);
    if (status == LT_OK) {
        status = lt_atomic_write(&f, header, lt_npy_header(header, &rows));
        if (status == LT_OK)
            status = lt_atomic_write(&f, lt_data(&rows),
                                     (size_t)rows.numel * lt_dtype_size((lt_dtype)rows.dtype));
        status = lt_atomic_close(&f, status);
    }
    lt_release(&rows);
    return status;
}
