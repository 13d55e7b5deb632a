#include "io/idx.h"

#include "io/elements.h"
#include "io/reader.h"

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
