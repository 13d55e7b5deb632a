#include "io/picture.h"

#include "ops/create.h"

static uint8_t from_float(double x) {
    return x >= 1 ? 255 : x > 0 ? (uint8_t)(x * 255 + 0.5) : 0;
}

static uint8_t from_int(int64_t x) {
    return x > 255 ? 255 : x > 0 ? (uint8_t)x : 0;
}

lt_status lt_picture_bytes(lt_tensor *out, lt_tensor *t, const char *path) {
    bool good = (t->ndim == 2 || (t->ndim == 3 && (t->shape[2] == 1 || t->shape[2] == 3))) &&
                t->shape[0] > 0 && t->shape[1] > 0;
    if (!good)
        return lt_fail(LT_EINVAL, "%s: a picture is [h, w], [h, w, 1] or [h, w, 3], not %s", path,
                       lt_shape_of(t));
    if (t->dtype == LT_UINT8)
        return lt_contiguous(out, t);
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_contiguous(&rows, t));
    lt_status status = lt_empty_like(out, LT_UINT8, &rows);
    uint8_t *to = status == LT_OK ? lt_data(out) : NULL;
    for (int64_t i = 0; to && i < rows.numel; i++) {
        if (t->dtype == LT_BOOL)
            to[i] = lt_get_int(&rows, i) ? 255 : 0;
        else if (t->dtype == LT_INT64)
            to[i] = from_int(lt_get_int(&rows, i));
        else
            to[i] = from_float(lt_get_double(&rows, i));
    }
    lt_release(&rows);
    return status;
}

lt_status lt_picture_new(lt_tensor *out, const char *path, int64_t height, int64_t width,
                         int channels, int64_t need, int64_t bytes) {
    int64_t shape[3] = {height, width, channels};
    if (need > bytes)
        return lt_fail(LT_EIO, "%s: truncated: %lld x %lld pixels need more than its %lld bytes",
                       path, (long long)width, (long long)height, (long long)bytes);
    return lt_empty(out, LT_UINT8, channels == 1 ? 2 : 3, shape);
}
