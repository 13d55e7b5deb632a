#include "io/idx.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "io/atomic_file.h"
#include "io/elements.h"
#include "io/reader.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

/* ---- reading ---- */

static bool element_of(unsigned char code, lt_element *element) {
    static const struct {
        unsigned char code;
        lt_element element;
    } known[] = {{0x08, LT_EL_U8},  {0x09, LT_EL_I8},  {0x0b, LT_EL_I16},
                 {0x0c, LT_EL_I32}, {0x0d, LT_EL_F32}, {0x0e, LT_EL_F64}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].code == code) {
            *element = known[i].element;
            return true;
        }
    }
    return false;
}

static lt_status read_sizes(lt_reader *r, int ndim, int64_t *shape) {
    for (int d = 0; d < ndim; d++) {
        unsigned char b[4];
        LT_TRY(lt_reader_exact(r, b, 4));
        shape[d] = (int64_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
    }
    return LT_OK;
}

static lt_status read_all(lt_reader *r, lt_tensor *out) {
    unsigned char magic[4] = {0};
    size_t got;
    lt_element element;
    LT_TRY(lt_reader_some(r, magic, 4, &got));
    if (got < 4)
        return lt_fail(LT_EIO, "%s: not an IDX file: it has only %zu bytes", r->name, got);
    if (magic[0] != 0 || magic[1] != 0 || !element_of(magic[2], &element))
        return lt_fail(LT_EIO, "%s: not an IDX file: it begins with %02x %02x %02x %02x", r->name,
                       magic[0], magic[1], magic[2], magic[3]);
    int ndim = magic[3];
    if (ndim > LT_MAX_DIMS)
        return lt_fail(LT_EIO, "%s: says it has %d dimensions; a tensor has at most %d", r->name,
                       ndim, LT_MAX_DIMS);
    int64_t shape[LT_MAX_DIMS];
    LT_TRY(read_sizes(r, ndim, shape));
    LT_TRY(lt_read_elements(r, out, ndim, shape, element, true));
    bool end;
    lt_status status = lt_reader_at_end(r, &end);
    if (status == LT_OK && !end)
        status = lt_fail(LT_EIO, "%s: holds more bytes than its shape %s needs", r->name,
                         lt_shape_text(ndim, shape));
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_read_idx(lt_tensor *out, const char *path) {
    lt_reader r;
    LT_TRY(lt_reader_open_packed(&r, path));
    lt_status status = read_all(&r, out);
    lt_reader_close(&r);
    return status;
}

/* ---- writing ---- */

/* Where the bytes go: to the file, or to gzip on their way there. */
typedef struct idx_sink {
    lt_atomic_file file;
    gzFile packer;
} idx_sink;

static lt_status put(idx_sink *s, const void *bytes, size_t n) {
    LT_TRY(lt_check_interrupt());
    if (!s->packer)
        return lt_atomic_write(&s->file, bytes, n);
    errno = 0;
    return n == 0 || gzwrite(s->packer, bytes, (unsigned)n) > 0 ? LT_OK
                                                                : lt_atomic_failed(&s->file);
}

static void to_big_endian(uint64_t value, size_t size, unsigned char *to) {
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)(value >> 8 * (size - 1 - i));
}

/* Element i in the file's form. */
static bool encode(const lt_tensor *t, int64_t i, unsigned char *to) {
    uint64_t bits = 0;
    int64_t integer = lt_get_int(t, i);
    if (t->dtype == LT_FLOAT32) {
        uint32_t half;
        memcpy(&half, (float *)lt_data(t) + i, 4);
        to_big_endian(half, 4, to);
    } else if (t->dtype == LT_FLOAT64) {
        memcpy(&bits, (double *)lt_data(t) + i, 8);
        to_big_endian(bits, 8, to);
    } else if (t->dtype == LT_INT64) {
        to_big_endian((uint64_t)integer, 4, to);
        return integer == (int32_t)integer;
    } else {
        *to = (unsigned char)integer;
    }
    return true;
}

static lt_status write_elements(idx_sink *s, const lt_tensor *t) {
    static const size_t sizes[] = {1, 1, 4, 4, 8};
    unsigned char block[1 << 15];
    size_t size = sizes[t->dtype], used = 0;
    for (int64_t i = 0; i < t->numel; i++) {
        if (!encode(t, i, block + used))
            return lt_fail(LT_EINVAL, "%s: IDX holds integers of 32 bits; %lld does not fit",
                           s->file.target, (long long)lt_get_int(t, i));
        used += size;
        if (used == sizeof block) {
            LT_TRY(put(s, block, used));
            used = 0;
        }
    }
    return put(s, block, used);
}

static lt_status write_all(idx_sink *s, const lt_tensor *t) {
    static const unsigned char codes[] = {0x08, 0x08, 0x0c, 0x0d, 0x0e};
    unsigned char head[4 + 4 * LT_MAX_DIMS] = {0, 0, codes[t->dtype], t->ndim};
    for (int d = 0; d < t->ndim; d++) {
        if (t->shape[d] > UINT32_MAX)
            return lt_fail(LT_EINVAL, "%s: IDX holds sizes of 32 bits, not %s", s->file.target,
                           lt_shape_of(t));
        to_big_endian((uint64_t)t->shape[d], 4, head + 4 + 4 * d);
    }
    LT_TRY(put(s, head, 4 + 4 * (size_t)t->ndim));
    return write_elements(s, t);
}

static lt_status write_packed(idx_sink *s, const lt_tensor *t) {
    int fd = dup(fileno(s->file.file));
    s->packer = fd >= 0 ? gzdopen(fd, "wb") : NULL;
    if (!s->packer) {
        if (fd >= 0)
            close(fd);
        return lt_fail(LT_ENOMEM, "%s: out of memory for packing", s->file.target);
    }
    lt_status status = write_all(s, t);
    errno = 0;
    if (gzclose_w(s->packer) != Z_OK && status == LT_OK)
        status = lt_atomic_failed(&s->file);
    return status;
}

lt_status lt_write_idx(const char *path, lt_tensor *t, bool packed) {
    idx_sink s = {.packer = NULL};
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_contiguous(&rows, t));
    lt_status status = lt_atomic_open(&s.file, path);
    if (status == LT_OK) {
        status = packed ? write_packed(&s, &rows) : write_all(&s, &rows);
        status = lt_atomic_close(&s.file, status);
    }
    lt_release(&rows);
    return status;
}
