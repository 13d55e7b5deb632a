#include "io/palette.h"

#include <stdbool.h>
#include <stdlib.h>

/* Bins order[from] to order[to - 1]. */
typedef struct box {
    int64_t from, to;
    uint64_t pixels;
    int axis, side; /* the channel in which it is longest, and how long */
} box;

lt_status lt_palette_new(lt_palette **out) {
    *out = calloc(1, sizeof **out);
    return *out ? LT_OK : lt_fail(LT_ENOMEM, "out of memory for a palette");
}

void lt_palette_count(lt_palette *p, const uint8_t *rgb) {
    int bin = lt_palette_bin(rgb);
    if (p->bin[bin].pixels++ == 0)
        p->order[p->used++] = (uint16_t)bin;
    for (int c = 0; c < 3; c++)
        p->bin[bin].sum[c] += rgb[c];
}

static int channel(int bin, int axis) {
    return bin >> (10 - 5 * axis) & 31;
}

static box measure(const lt_palette *p, int64_t from, int64_t to) {
    box b = {.from = from, .to = to};
    for (int axis = 0; axis < 3; axis++) {
        int lo = 31, hi = 0;
        for (int64_t i = from; i < to; i++) {
            int value = channel(p->order[i], axis);
            lo = value < lo ? value : lo;
            hi = value > hi ? value : hi;
        }
        if (hi - lo > b.side) {
            b.side = hi - lo;
            b.axis = axis;
        }
    }
    for (int64_t i = from; i < to; i++)
        b.pixels += p->bin[p->order[i]].pixels;
    return b;
}

/* Put the bins of a box in order of their values in its longest channel: by counting, as there are
 * only 32 of them. `room` has space for the bins. */
static void sort(lt_palette *p, const box *b, uint16_t *room) {
    int64_t start[33] = {0};
    for (int64_t i = b->from; i < b->to; i++)
        start[channel(p->order[i], b->axis) + 1]++;
    for (int v = 0; v < 32; v++)
        start[v + 1] += start[v];
    for (int64_t i = b->from; i < b->to; i++)
        room[start[channel(p->order[i], b->axis)]++] = p->order[i];
    for (int64_t i = b->from; i < b->to; i++)
        p->order[i] = room[i - b->from];
}

/* Where the second half of a sorted box begins: each half has a bin, and about half of the pixels.
 */
static int64_t middle(const lt_palette *p, const box *b) {
    uint64_t before = 0;
    int64_t i = b->from;
    while (i < b->to - 1 && before < b->pixels / 2)
        before += p->bin[p->order[i++]].pixels;
    return i > b->from ? i : b->from + 1;
}

/* The box that has most to gain from being cut; -1 if none can be. */
static int worst(const box *boxes, int n) {
    int found = -1;
    uint64_t most = 0;
    for (int k = 0; k < n; k++) {
        uint64_t gain = boxes[k].pixels * (uint64_t)boxes[k].side;
        if (gain > most) {
            most = gain;
            found = k;
        }
    }
    return found;
}

/* The colour of a box: the mean of its pixels. */
static void settle(lt_palette *p, const box *b, int k) {
    uint64_t sum[3] = {0};
    for (int64_t i = b->from; i < b->to; i++) {
        p->index[p->order[i]] = (uint8_t)k;
        for (int c = 0; c < 3; c++)
            sum[c] += p->bin[p->order[i]].sum[c];
    }
    for (int c = 0; c < 3; c++)
        p->rgb[k][c] = (uint8_t)((sum[c] + b->pixels / 2) / b->pixels);
}

void lt_palette_choose(lt_palette *p, int most) {
    static _Thread_local uint16_t room[LT_PALETTE_BINS];
    box boxes[256];
    p->n = p->used > 0;
    if (p->n)
        boxes[0] = measure(p, 0, p->used);
    while (p->n > 0 && p->n < most) {
        int k = worst(boxes, p->n);
        if (k < 0)
            break;
        box b = boxes[k];
        sort(p, &b, room);
        int64_t cut = middle(p, &b);
        boxes[k] = measure(p, b.from, cut);
        boxes[p->n++] = measure(p, cut, b.to);
    }
    for (int k = 0; k < p->n; k++)
        settle(p, &boxes[k], k);
}
