#include "io/gif.h"

#include <stdlib.h>
#include <string.h>

#include "io/palette.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

enum {
    UNCHANGED = 255,   /* the transparent colour */
    CLEAR = 256,       /* codes of LZW: start again, */
    END = 257,         /* the end, */
    FIRST = 258,       /* and the first for a string of several colours */
    CODES = 4096,      /* they have at most 12 bits */
    TABLE = 3 * CODES, /* room for strings, by hash */
    MOST_SIDE = 65535, /* of a picture */
};

/* ---- bytes ---- */

static lt_status append(lt_gif_bytes *out, const void *bytes, size_t n) {
    if (n > out->room - out->n) {
        size_t room = 2 * out->room + n + 1024;
        uint8_t *data = realloc(out->data, room);
        if (!data)
            return lt_fail(LT_ENOMEM, "out of memory for a GIF of %zu bytes", room);
        out->data = data;
        out->room = room;
    }
    memcpy(out->data + out->n, bytes, n);
    out->n += n;
    return LT_OK;
}

/* ---- LZW ---- */

typedef struct lzw {
    lt_gif_bytes *out;
    uint8_t block[256];   /* how many bytes, then they */
    uint32_t bits;        /* not yet in the block */
    int held;             /* so many of them */
    int width, next;      /* bits of a code; the next string's code */
    uint32_t key[TABLE];  /* prefix and colour of a string, plus 1 */
    uint16_t code[TABLE]; /* its code */
} lzw;

static lt_status put_byte(lzw *z, uint8_t byte) {
    z->block[++z->block[0]] = byte;
    if (z->block[0] < 255)
        return LT_OK;
    z->block[0] = 0;
    uint8_t full = 255;
    LT_TRY(append(z->out, &full, 1));
    return append(z->out, z->block + 1, 255);
}

static lt_status put_code(lzw *z, int code) {
    z->bits |= (uint32_t)code << z->held;
    for (z->held += z->width; z->held >= 8; z->held -= 8) {
        LT_TRY(put_byte(z, (uint8_t)z->bits));
        z->bits >>= 8;
    }
    if (z->next >= 1 << z->width && z->width < 12)
        z->width++;
    return LT_OK;
}

static lt_status restart(lzw *z) {
    LT_TRY(put_code(z, CLEAR));
    memset(z->key, 0, sizeof z->key);
    z->width = 9;
    z->next = FIRST;
    return LT_OK;
}

/* Where the string is, or where it may be put. */
static int place(const lzw *z, uint32_t key) {
    int i = (int)((key * 2654435761u >> 8) % TABLE);
    while (z->key[i] != 0 && z->key[i] != key)
        i = i + 1 < TABLE ? i + 1 : 0;
    return i;
}

/* The colours [n], n > 0, as blocks of codes. */
static lt_status compress(lzw *z, const uint8_t *colours, int64_t n) {
    z->width = 9;
    LT_TRY(restart(z));
    int prefix = colours[0];
    for (int64_t i = 1; i < n; i++) {
        uint32_t key = ((uint32_t)prefix << 8 | colours[i]) + 1;
        int at = place(z, key);
        if (z->key[at]) {
            prefix = z->code[at];
            continue;
        }
        LT_TRY(put_code(z, prefix));
        prefix = colours[i];
        if (z->next < CODES - 1) {
            z->key[at] = key;
            z->code[at] = (uint16_t)z->next++;
        } else {
            LT_TRY(restart(z));
        }
    }
    LT_TRY(put_code(z, prefix));
    LT_TRY(put_code(z, END));
    if (z->held > 0)
        LT_TRY(put_byte(z, (uint8_t)z->bits));
    if (z->block[0] > 0)
        LT_TRY(append(z->out, z->block, (size_t)z->block[0] + 1));
    uint8_t last = 0;
    return append(z->out, &last, 1);
}

/* ---- frames ---- */

typedef struct frame {
    const uint8_t *now, *before; /* [h, w, 3]; before may be NULL */
    int64_t h, w;
    int64_t top, left, bottom, right; /* the part that differs: rows top to bottom - 1 */
} frame;

static bool differs(const frame *f, int64_t i) {
    return !f->before || memcmp(f->now + 3 * i, f->before + 3 * i, 3) != 0;
}

/* The smallest part with all that differs; one pixel if nothing does. */
static void find_part(frame *f) {
    f->top = f->h, f->left = f->w, f->bottom = f->right = 0;
    for (int64_t y = 0; y < f->h; y++)
        for (int64_t x = 0; x < f->w; x++)
            if (differs(f, y * f->w + x)) {
                f->top = y < f->top ? y : f->top;
                f->bottom = y + 1;
                f->left = x < f->left ? x : f->left;
                f->right = x + 1 > f->right ? x + 1 : f->right;
            }
    if (f->bottom == 0)
        f->top = f->left = 0, f->bottom = f->right = 1;
}

/* The colour of each pixel of the part. */
static void index_part(const frame *f, lt_palette *p, uint8_t *colours) {
    for (int64_t y = f->top; y < f->bottom; y++)
        for (int64_t x = f->left; x < f->right; x++)
            if (differs(f, y * f->w + x))
                lt_palette_count(p, f->now + 3 * (y * f->w + x));
    lt_palette_choose(p, UNCHANGED);
    for (int64_t y = f->top; y < f->bottom; y++)
        for (int64_t x = f->left; x < f->right; x++) {
            int64_t i = y * f->w + x;
            *colours++ = differs(f, i) ? (uint8_t)lt_palette_index(p, f->now + 3 * i) : UNCHANGED;
        }
}

static void put_u16(uint8_t *to, int64_t value) {
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static lt_status write_part(lt_gif_bytes *out, const frame *f, const lt_palette *p,
                            const uint8_t *colours, lzw *z, int delay) {
    /* Graphic control: leave what is there, a transparent colour. Image: its own 256 colours. */
    uint8_t control[8] = {0x21, 0xF9, 4, 1 << 2 | 1, 0, 0, UNCHANGED, 0};
    uint8_t image[10] = {0x2C, [9] = 0x80 | 7}, bits = 8;
    put_u16(control + 4, delay);
    put_u16(image + 1, f->left);
    put_u16(image + 3, f->top);
    put_u16(image + 5, f->right - f->left);
    put_u16(image + 7, f->bottom - f->top);
    LT_TRY(append(out, control, sizeof control));
    LT_TRY(append(out, image, sizeof image));
    LT_TRY(append(out, p->rgb, sizeof p->rgb));
    LT_TRY(append(out, &bits, 1));
    z->out = out;
    return compress(z, colours, (f->bottom - f->top) * (f->right - f->left));
}

static lt_status check(const lt_tensor *t) {
    bool good = t->dtype == LT_UINT8 && t->ndim == 3 && t->shape[2] == 3 && t->numel > 0 &&
                t->shape[0] <= MOST_SIDE && t->shape[1] <= MOST_SIDE;
    return good ? LT_OK
                : lt_fail(LT_EINVAL,
                          "gif: a frame is [h, w, 3], uint8, of at most %d a side, not %s %s",
                          MOST_SIDE, lt_dtype_name(t->dtype), lt_shape_of(t));
}

static lt_status write_frame(lt_gif_bytes *out, frame *f, int delay) {
    find_part(f);
    size_t n = (size_t)((f->bottom - f->top) * (f->right - f->left));
    lt_palette *p = NULL;
    uint8_t *colours = malloc(n);
    lzw *z = calloc(1, sizeof *z);
    lt_status status = colours && z ? lt_palette_new(&p) : lt_fail(LT_ENOMEM, "gif: out of memory");
    if (status == LT_OK) {
        index_part(f, p, colours);
        status = lt_check_interrupt();
    }
    if (status == LT_OK)
        status = write_part(out, f, p, colours, z, delay);
    free(p);
    free(colours);
    free(z);
    return status;
}

lt_status lt_gif_frame(lt_gif_bytes *out, lt_tensor *picture, lt_tensor *before, int delay) {
    lt_tensor now LT_EMPTY, old LT_EMPTY;
    LT_TRY(check(picture));
    if (before) {
        LT_TRY(check(before));
        if (before->shape[0] != picture->shape[0] || before->shape[1] != picture->shape[1])
            return lt_fail(LT_EINVAL, "gif: frames differ in size: %s after %s",
                           lt_shape_of(picture), lt_shape_of(before));
    }
    lt_status status = lt_contiguous(&now, picture);
    if (status == LT_OK && before)
        status = lt_contiguous(&old, before);
    if (status == LT_OK) {
        frame f = {.now = lt_data(&now),
                   .before = before ? lt_data(&old) : NULL,
                   .h = picture->shape[0],
                   .w = picture->shape[1]};
        status = write_frame(out, &f, delay);
    }
    lt_release(&now);
    lt_release(&old);
    return status;
}
