#include "io/jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#include "io/atomic_file.h"
#include "io/picture.h"
#include "io/reader.h"
#include "tensor/interrupt.h"

#define PIXELS_PER_BYTE 1024 /* at most: encoders spend a bit or more on each block of 64 */
#define SCANS_MAX       200  /* of a progressive file; encoders make about 10 */

/* libjpeg leaves by longjmp: all that has to be freed then is in here, not in local variables. */
typedef struct jpeg_job {
    struct jpeg_error_mgr errors; /* first: libjpeg knows this job by it */
    jmp_buf back;
    const char *path;
    lt_status status; /* of a failure */
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    struct jpeg_progress_mgr progress;
    char *bytes; /* reading: the file */
    lt_tensor pixels;
} jpeg_job;

static void on_error(j_common_ptr common) {
    jpeg_job *j = (jpeg_job *)common->err;
    char words[JMSG_LENGTH_MAX];
    common->err->format_message(common, words);
    bool memory = common->err->msg_code == JERR_OUT_OF_MEMORY;
    if (j->status == LT_OK)
        j->status = lt_fail(memory ? LT_ENOMEM : LT_EIO, "%s: %s", j->path, words);
    longjmp(j->back, 1);
}

/* Leave with a status whose message waits already. */
static void give_up(jpeg_job *j, lt_status status) {
    if (status != LT_OK) {
        j->status = status;
        longjmp(j->back, 1);
    }
}

/* libjpeg fills up what is missing with grey and warns; a file that is cut off is an error here. */
static void on_message(j_common_ptr common, int level) {
    jpeg_job *j = (jpeg_job *)common->err;
    int code = common->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER))
        give_up(j, lt_fail(LT_EIO, "%s: truncated or damaged", j->path));
}

static void on_progress(j_common_ptr common) {
    jpeg_job *j = (jpeg_job *)common->err;
    give_up(j, lt_check_interrupt());
    if (common->is_decompressor && j->in.input_scan_number > SCANS_MAX)
        give_up(j, lt_fail(LT_EIO, "%s: more than %d scans", j->path, SCANS_MAX));
}

static void prepare(jpeg_job *j) {
    jpeg_std_error(&j->errors);
    j->errors.error_exit = on_error;
    j->errors.emit_message = on_message;
    j->progress.progress_monitor = on_progress;
    j->in.err = j->out.err = &j->errors;
}

/* ---- reading ---- */

static void decode(jpeg_job *j, size_t size) {
    struct jpeg_decompress_struct *in = &j->in;
    jpeg_create_decompress(in);
    in->progress = &j->progress;
    jpeg_mem_src(in, (unsigned char *)j->bytes, size);
    jpeg_read_header(in, TRUE);
    bool grey = in->jpeg_color_space == JCS_GRAYSCALE;
    if (in->jpeg_color_space == JCS_CMYK || in->jpeg_color_space == JCS_YCCK)
        give_up(j, lt_fail(LT_EIO, "%s: four inks (CMYK); only grey and RGB can be read", j->path));
    in->out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
    int64_t height = in->image_height, width = in->image_width;
    int channels = grey ? 1 : 3;
    give_up(j, lt_picture_new(&j->pixels, j->path, height, width, channels,
                              height * width / PIXELS_PER_BYTE, (int64_t)size));
    jpeg_start_decompress(in);
    while (in->output_scanline < in->output_height) {
        JSAMPROW row = (JSAMPROW)lt_data(&j->pixels) + in->output_scanline * width * channels;
        jpeg_read_scanlines(in, &row, 1);
    }
    jpeg_finish_decompress(in);
}

static lt_status read_all(jpeg_job *j) {
    size_t size;
    LT_TRY(lt_read_file(j->path, &j->bytes, &size));
    if (size < 3 || (unsigned char)j->bytes[0] != 0xff || (unsigned char)j->bytes[1] != 0xd8)
        return lt_fail(LT_EIO, "%s: not a JPEG file", j->path);
    prepare(j);
    if (setjmp(j->back))
        return j->status;
    decode(j, size);
    return LT_OK;
}

lt_status lt_read_jpeg(lt_tensor *out, const char *path) {
    jpeg_job j = {.path = path};
    lt_status status = read_all(&j);
    if (status == LT_OK)
        lt_move(out, &j.pixels);
    jpeg_destroy_decompress(&j.in);
    lt_release(&j.pixels);
    free(j.bytes);
    return status;
}

/* ---- writing ---- */

static void encode(jpeg_job *j, FILE *file, int quality) {
    struct jpeg_compress_struct *out = &j->out;
    int channels = lt_picture_channels(&j->pixels);
    int64_t height = j->pixels.shape[0], width = j->pixels.shape[1];
    if (height > JPEG_MAX_DIMENSION || width > JPEG_MAX_DIMENSION)
        give_up(j, lt_fail(LT_EINVAL, "%s: a JPEG file cannot hold %lld x %lld pixels", j->path,
                           (long long)width, (long long)height));
    jpeg_create_compress(out);
    out->progress = &j->progress;
    jpeg_stdio_dest(out, file);
    out->image_height = (JDIMENSION)height;
    out->image_width = (JDIMENSION)width;
    out->input_components = channels;
    out->in_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(out);
    jpeg_set_quality(out, quality, TRUE);
    jpeg_start_compress(out, TRUE);
    while (out->next_scanline < out->image_height) {
        JSAMPROW row = (JSAMPROW)lt_data(&j->pixels) + out->next_scanline * width * channels;
        jpeg_write_scanlines(out, &row, 1);
    }
    jpeg_finish_compress(out);
}

static lt_status write_all(jpeg_job *j, FILE *file, int quality) {
    prepare(j);
    if (setjmp(j->back))
        return j->status;
    encode(j, file, quality);
    return LT_OK;
}

lt_status lt_write_jpeg(const char *path, lt_tensor *t, int quality) {
    jpeg_job j = {.path = path};
    lt_atomic_file f;
    LT_TRY(lt_picture_bytes(&j.pixels, t, path));
    lt_status status = lt_atomic_open(&f, path);
    if (status == LT_OK)
        status = lt_atomic_close(&f, write_all(&j, f.file, quality));
    jpeg_destroy_compress(&j.out);
    lt_release(&j.pixels);
    return status;
}
