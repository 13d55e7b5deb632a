#include "io/png.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "io/atomic_file.h"
#include "io/picture.h"
#include "io/reader.h"
#include "tensor/interrupt.h"

/* libpng leaves by longjmp: all that has to be freed then is in here, not in local variables. */
typedef struct png_job {
    const char *path;
    png_structp png;
    png_infop info;
    lt_status status;  /* of a failure */
    const char *bytes; /* reading: the file */
    size_t size, at;   /* its size; where reading is */
    lt_tensor *out;    /* reading: the result */
    lt_tensor pixels;  /* reading: [h, w, 1 to 4]; writing: what is written */
    png_bytep *rows;   /* [h] */
} png_job;

static void on_error(png_structp png, const char *words) {
    png_job *j = png_get_error_ptr(png);
    if (j->status == LT_OK)
        j->status = lt_fail(LT_EIO, "%s: %s", j->path, words);
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, const char *words) {
    (void)png, (void)words;
}

/* Leave with a status whose message waits already. */
static void give_up(png_job *j, lt_status status) {
    if (status != LT_OK) {
        j->status = status;
        png_error(j->png, "");
    }
}

/* ---- reading ---- */

static void read_bytes(png_structp png, png_bytep to, size_t n) {
    png_job *j = png_get_io_ptr(png);
    if (n > j->size - j->at)
        give_up(j, lt_fail(LT_EIO, "%s: truncated", j->path));
    memcpy(to, j->bytes + j->at, n);
    j->at += n;
}

static void after_row(png_structp png, png_uint_32 row, int pass) {
    (void)row, (void)pass;
    give_up(png_get_error_ptr(png), lt_check_interrupt());
}

/* Ask for 8 bits, grey or colours, with an alpha channel where the file has transparency. */
static void choose_format(png_job *j) {
    png_set_expand(j->png);
    png_set_scale_16(j->png);
    png_set_interlace_handling(j->png);
    png_read_update_info(j->png, j->info);
}

static void decode(png_job *j) {
    png_set_read_fn(j->png, j, read_bytes);
    png_set_read_status_fn(j->png, after_row);
    png_read_info(j->png, j->info);
    int64_t height = png_get_image_height(j->png, j->info);
    int64_t packed = height * (int64_t)png_get_rowbytes(j->png, j->info);
    choose_format(j);
    int64_t width = png_get_image_width(j->png, j->info);
    int channels = png_get_channels(j->png, j->info);
    give_up(j, lt_picture_new(&j->pixels, j->path, height, width, channels,
                              packed / LT_DEFLATE_RATIO, (int64_t)j->size));
    j->rows = malloc((size_t)height * sizeof *j->rows);
    if (!j->rows)
        give_up(j,
                lt_fail(LT_ENOMEM, "%s: out of memory for %lld rows", j->path, (long long)height));
    for (int64_t y = 0; y < height; y++)
        j->rows[y] = (png_bytep)lt_data(&j->pixels) + y * width * channels;
    png_read_image(j->png, j->rows);
    png_read_end(j->png, NULL);
}

/* Put [h, w, c + 1] with alpha last on white paper: [h, w, c]. */
static lt_status flatten(png_job *j) {
    int channels = lt_picture_channels(&j->pixels), colours = channels == 4 ? 3 : 1;
    if (channels != 2 && channels != 4) {
        lt_move(j->out, &j->pixels);
        return LT_OK;
    }
    int64_t shape[3] = {j->pixels.shape[0], j->pixels.shape[1], colours};
    LT_TRY(lt_empty(j->out, LT_UINT8, colours == 1 ? 2 : 3, shape));
    const uint8_t *from = lt_data(&j->pixels);
    uint8_t *to = lt_data(j->out);
    for (int64_t i = 0; i < shape[0] * shape[1]; i++, from += channels) {
        int alpha = from[colours];
        for (int c = 0; c < colours; c++)
            *to++ = (uint8_t)((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
    return LT_OK;
}

static lt_status read_all(png_job *j) {
    if (j->size < 8 || png_sig_cmp((png_const_bytep)j->bytes, 0, 8) != 0)
        return lt_fail(LT_EIO, "%s: not a PNG file", j->path);
    j->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, j, on_error, on_warning);
    if (j->png)
        j->info = png_create_info_struct(j->png);
    if (!j->info)
        return lt_fail(LT_ENOMEM, "%s: out of memory", j->path);
    if (setjmp(png_jmpbuf(j->png)))
        return j->status;
    decode(j);
    return LT_OK;
}

lt_status lt_decode_png(lt_tensor *out, const char *name, const char *bytes, size_t size) {
    png_job j = {.path = name, .out = out, .bytes = bytes, .size = size};
    lt_status status = read_all(&j);
    if (status == LT_OK)
        status = flatten(&j);
    png_destroy_read_struct(&j.png, &j.info, NULL);
    lt_release(&j.pixels);
    free(j.rows);
    return status;
}

lt_status lt_read_png(lt_tensor *out, const char *path) {
    char *bytes = NULL;
    size_t size = 0;
    LT_TRY(lt_read_file(path, &bytes, &size));
    lt_status status = lt_decode_png(out, path, bytes, size);
    free(bytes);
    return status;
}

/* ---- writing ---- */

static void encode(png_job *j, FILE *file) {
    int channels = lt_picture_channels(&j->pixels);
    int64_t height = j->pixels.shape[0], width = j->pixels.shape[1];
    if (height > PNG_USER_HEIGHT_MAX || width > PNG_USER_WIDTH_MAX)
        give_up(j, lt_fail(LT_EINVAL, "%s: a PNG file cannot hold %lld x %lld pixels", j->path,
                           (long long)width, (long long)height));
    png_init_io(j->png, file);
    png_set_IHDR(j->png, j->info, (png_uint_32)width, (png_uint_32)height, 8,
                 channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(j->png, j->info);
    for (int64_t y = 0; y < height; y++) {
        give_up(j, lt_check_interrupt());
        png_write_row(j->png, (png_const_bytep)lt_data(&j->pixels) + y * width * channels);
    }
    png_write_end(j->png, NULL);
}

static lt_status write_all(png_job *j, FILE *file) {
    j->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, j, on_error, on_warning);
    if (j->png)
        j->info = png_create_info_struct(j->png);
    if (!j->info)
        return lt_fail(LT_ENOMEM, "%s: out of memory", j->path);
    if (setjmp(png_jmpbuf(j->png)))
        return j->status;
    encode(j, file);
    return LT_OK;
}

lt_status lt_write_png(const char *path, lt_tensor *t) {
    png_job j = {.path = path};
    lt_atomic_file f;
    LT_TRY(lt_picture_bytes(&j.pixels, t, path));
    lt_status status = lt_atomic_open(&f, path);
    if (status == LT_OK)
        status = lt_atomic_close(&f, write_all(&j, f.file));
    png_destroy_write_struct(&j.png, &j.info);
    lt_release(&j.pixels);
    return status;
}
