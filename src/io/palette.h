/* palette.h - few colours that stand for the many of a picture (median cut: Heckbert 1982).
 *
 *     lt_palette *p;
 *     LT_TRY(lt_palette_new(&p));
 *     ... lt_palette_count(p, rgb) for each pixel ...
 *     lt_palette_choose(p, 255);
 *     ... p->rgb[lt_palette_index(p, rgb)] is the colour for a pixel ...
 *     free(p);
 */
#ifndef LT_PALETTE_H
#define LT_PALETTE_H

#include <stdint.h>

#include "tensor/status.h"

/* Colours are counted by the upper five bits of each channel. */
#define LT_PALETTE_BINS 32768

typedef struct lt_palette {
    int n;                           /* colours chosen */
    uint8_t rgb[256][3];             /* they */
    int64_t used;                    /* bins with pixels */
    uint16_t order[LT_PALETTE_BINS]; /* those bins, box after box */
    uint8_t index[LT_PALETTE_BINS];  /* the colour of each bin */
    struct {
        uint64_t pixels, sum[3];
    } bin[LT_PALETTE_BINS];
} lt_palette;

lt_status lt_palette_new(lt_palette **out);

static inline int lt_palette_bin(const uint8_t *rgb) {
    return rgb[0] >> 3 << 10 | rgb[1] >> 3 << 5 | rgb[2] >> 3;
}

void lt_palette_count(lt_palette *p, const uint8_t *rgb);

/* Choose at most `most` colours, 1 to 256. */
void lt_palette_choose(lt_palette *p, int most);

static inline int lt_palette_index(const lt_palette *p, const uint8_t *rgb) {
    return p->index[lt_palette_bin(rgb)];
}

#endif
