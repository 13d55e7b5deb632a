#include "models/digits.h"

#include <math.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/philox.h"
#include "kernels/simd.h"
#include "tensor/interrupt.h"

#define SIDE       LT_DIGIT_SIDE
#define BOX        20.0f /* longer side of the ink */
#define POINTS     14    /* control points of a stroke, at most */
#define STROKES    2
#define SPAN_STEPS 5     /* line segments between two control points */
#define OVERSHOOT  0.25f /* how far the ends of strokes vary, as a share of the last span */
#define GRAIN      64    /* images of a parallel chunk */

/* ---- the ways to write each digit ---- */

/* Points (x to the right, y down, in hundredths) that a pen passes through; a point given twice
 * running is a corner. */
typedef struct stroke {
    int n;
    unsigned char at[POINTS][2];
} stroke;

typedef struct glyph {
    unsigned char digit;
    unsigned char weight; /* of each 100 writers, how many write it so */
    unsigned char warp;   /* how far it may be bent, in hundredths of the usual */
    stroke strokes[STROKES];
} glyph;

/* clang-format off */
static const glyph glyphs[] = {
    {0, 45, 50, {{8, {{70,6},{30,6},{8,50},{28,94},{72,94},{92,50},{70,7},{42,5}}}}},
    {0, 35, 50, {{8, {{82,20},{50,2},{18,20},{8,60},{34,97},{70,94},{90,56},{76,14}}}}},
    {0, 20, 50, {{7, {{44,2},{12,24},{10,70},{46,99},{88,74},{88,26},{48,2}}}}},
    {1, 70, 80, {{3, {{50,0},{50,50},{50,100}}}}},
    {1, 20, 80, {{5, {{30,20},{54,0},{54,0},{52,50},{50,100}}}}},
    {1, 10, 80, {{5, {{28,22},{54,0},{54,0},{52,50},{52,98}}}, {3, {{24,99},{52,98},{82,99}}}}},
    {2, 40, 100, {{11, {{10,22},{22,5},{50,0},{78,10},{82,32},{62,58},{34,82},{8,99},{8,99},{50,97},{95,98}}}}},
    {2, 40, 100, {{12, {{12,20},{40,0},{75,8},{80,32},{60,62},{34,88},{14,96},{6,86},{18,77},{40,85},{66,96},{95,90}}}}},
    {2, 20, 100, {{9, {{14,26},{30,4},{62,3},{80,24},{68,54},{40,82},{12,98},{12,98},{94,90}}}}},
    {3, 45, 100, {{12, {{12,14},{40,0},{75,6},{80,26},{62,42},{38,47},{38,47},{70,53},{88,72},{72,94},{40,100},{8,88}}}}},
    {3, 20, 100, {{12, {{14,4},{50,3},{82,2},{82,2},{60,24},{44,42},{44,42},{74,50},{88,70},{70,94},{38,100},{10,90}}}}},
    {3, 35, 100, {{12, {{14,14},{45,0},{78,12},{70,36},{46,47},{35,46},{46,43},{76,56},{86,76},{62,98},{30,98},{8,84}}}}},
    {4, 35, 100, {{6, {{20,2},{14,30},{10,56},{10,56},{45,56},{90,52}}}, {3, {{74,8},{71,50},{66,100}}}}},
    {4, 25, 100, {{5, {{22,4},{16,34},{24,54},{50,56},{84,46}}}, {3, {{80,0},{75,50},{70,100}}}}},
    {4, 20, 100, {{9, {{96,62},{50,63},{8,62},{8,62},{40,28},{68,2},{68,2},{68,50},{66,100}}}}},
    {4, 20, 100, {{8, {{18,6},{12,34},{30,50},{60,42},{82,8},{82,8},{76,50},{68,100}}}}},
    {5, 45, 100, {{10, {{28,4},{24,24},{20,44},{20,44},{50,36},{80,48},{86,72},{66,96},{36,100},{8,90}}}, {3, {{28,4},{58,4},{90,2}}}}},
    {5, 30, 100, {{12, {{88,4},{58,4},{32,6},{32,6},{26,26},{22,44},{50,40},{80,52},{82,78},{56,98},{28,98},{6,86}}}}},
    {5, 25, 100, {{9, {{86,6},{52,4},{30,18},{34,38},{62,50},{80,70},{66,94},{36,100},{10,90}}}}},
    {6, 45, 100, {{10, {{70,2},{42,16},{20,46},{12,74},{28,97},{58,98},{78,80},{66,60},{40,60},{18,78}}}}},
    {6, 25, 100, {{9, {{48,0},{28,34},{16,66},{26,94},{54,100},{76,84},{68,64},{44,63},{20,82}}}}},
    {6, 30, 100, {{10, {{84,6},{50,10},{22,36},{12,68},{34,98},{70,94},{86,68},{66,48},{36,54},{15,74}}}}},
    {7, 45, 100, {{7, {{8,6},{50,5},{90,3},{90,3},{70,38},{54,70},{44,100}}}}},
    {7, 15, 100, {{7, {{8,6},{50,5},{90,3},{90,3},{70,38},{54,70},{44,100}}}, {3, {{36,54},{58,51},{84,48}}}}},
    {7, 20, 100, {{8, {{10,22},{12,5},{12,5},{50,6},{88,4},{88,4},{66,42},{50,100}}}}},
    {7, 20, 100, {{7, {{8,16},{30,4},{58,8},{86,8},{72,34},{54,66},{46,100}}}}},
    {8, 50, 100, {{14, {{76,14},{50,0},{26,12},{30,34},{58,50},{82,70},{72,94},{46,100},{20,90},{18,70},{44,50},{70,32},{76,14},{64,3}}}}},
    {8, 25, 100, {{11, {{82,8},{52,2},{28,18},{44,44},{74,66},{72,92},{42,100},{18,84},{36,58},{66,36},{84,12}}}}},
    {8, 25, 100, {{7, {{50,46},{26,36},{24,12},{50,0},{76,12},{74,36},{50,46}}}, {7, {{50,46},{20,62},{18,88},{50,100},{82,88},{80,62},{50,46}}}}},
    {9, 45, 100, {{10, {{76,16},{54,2},{26,8},{14,28},{28,48},{56,46},{76,18},{76,18},{74,56},{68,100}}}}},
    {9, 30, 100, {{11, {{78,20},{52,0},{22,14},{20,40},{48,50},{74,32},{79,12},{80,44},{70,82},{44,100},{16,92}}}}},
    {9, 25, 100, {{9, {{72,10},{40,2},{16,22},{26,46},{54,44},{72,12},{72,12},{66,56},{50,100}}}}},
};
/* clang-format on */

#define GLYPHS ((int)(sizeof glyphs / sizeof glyphs[0]))

/* fminf and fmaxf without their rules for NaN, which would keep the loops from being vectorised. */
static inline float smaller(float a, float b) {
    return a < b ? a : b;
}

static inline float larger(float a, float b) {
    return a > b ? a : b;
}

/* ---- random numbers of one image ---- */

typedef struct dice {
    uint64_t seed, stream, counter;
    uint32_t words[4];
    int left;
} dice;

/* Uniform in [0, 1). */
static float uniform(dice *d) {
    if (d->left == 0) {
        lt_philox(d->seed, d->stream, d->counter++, d->words);
        d->left = 4;
    }
    return (float)(d->words[--d->left] >> 8) * 0x1p-24f;
}

/* Close to normal, mean 0, deviation 1, never past 3: the sum of three uniform numbers. */
static float normal(dice *d) {
    float sum = uniform(d);
    sum += uniform(d);
    sum += uniform(d);
    return 2 * sum - 3;
}

/* ---- one writer's hand ---- */

typedef struct hand {
    float slant, turn[2];             /* shear; cosine and sine of the rotation */
    float aspect, taper, waist, bend; /* width; top against bottom; where the middle is; curve */
    float jitter;                     /* of control points */
    float wave[2][3];                 /* amplitude, frequency, phase of a warp along x and y */
    float radius, pressure[3];        /* of the pen, in pixels, and its variation */
} hand;

static hand pick_hand(dice *d, float warp) {
    hand h;
    h.slant = 0.12f + 0.24f * normal(d);
    float half = 0.05f * normal(d); /* tangent of half the angle */
    h.turn[0] = (1 - half * half) / (1 + half * half);
    h.turn[1] = 2 * half / (1 + half * half);
    h.aspect = 0.80f + 0.18f * normal(d);
    h.taper = 0.26f * warp * normal(d);
    h.waist = 0.28f * warp * normal(d);
    h.bend = 0.14f * warp * normal(d);
    h.jitter = 0.012f + 0.025f * uniform(d);
    for (int axis = 0; axis < 2; axis++) {
        h.wave[axis][0] = 0.03f * warp * normal(d);
        h.wave[axis][1] = 0.5f + 0.8f * uniform(d);
        h.wave[axis][2] = uniform(d);
    }
    float width = 1 + 0.16f * normal(d);
    h.radius = 1.15f * width * width + 0.05f;
    h.pressure[0] = 0.10f * normal(d);
    h.pressure[1] = 0.02f + 0.05f * uniform(d);
    h.pressure[2] = uniform(d);
    return h;
}

/* Like sin(2 pi t), of parabolas. */
static float wave(float t) {
    float u = 2 * (t - floorf(t)) - 1;
    return -4 * u * (1 - fabsf(u));
}

/* From the unit square of the glyphs to the plane; the result is scaled later. */
static void place(const hand *h, float *x, float *y) {
    float u = *x - 0.5f, v = *y - 0.5f;
    v += h->waist * (0.25f - v * v);
    u *= h->aspect * (1 + h->taper * v);
    u += h->bend * (0.25f - v * v) - h->slant * v;
    float du = h->wave[0][0] * wave(h->wave[0][1] * v + h->wave[0][2]);
    float dv = h->wave[1][0] * wave(h->wave[1][1] * u + h->wave[1][2]);
    u += du;
    v += dv;
    *x = h->turn[0] * u - h->turn[1] * v;
    *y = h->turn[1] * u + h->turn[0] * v;
}

/* ---- the pen's path ---- */

typedef struct path {
    int n;
    struct {
        float x, y;
        bool down; /* a segment leads here from the point before */
    } at[STROKES * POINTS * SPAN_STEPS];
} path;

static void add_point(path *p, const hand *h, float x, float y, bool down) {
    place(h, &x, &y);
    p->at[p->n].x = x;
    p->at[p->n].y = y;
    p->at[p->n++].down = down;
}

/* A Catmull-Rom spline through n points, n >= 2. */
static void add_spline(path *p, const hand *h, int n, float (*at)[2], bool joined) {
    if (!joined)
        add_point(p, h, at[0][0], at[0][1], false);
    for (int i = 0; i + 1 < n; i++) {
        float slope[2][2];
        for (int axis = 0; axis < 2; axis++) {
            float step = at[i + 1][axis] - at[i][axis];
            slope[0][axis] = i > 0 ? (at[i + 1][axis] - at[i - 1][axis]) / 2 : step;
            slope[1][axis] = i + 2 < n ? (at[i + 2][axis] - at[i][axis]) / 2 : step;
        }
        for (int s = 1; s <= SPAN_STEPS; s++) {
            float t = (float)s / SPAN_STEPS, r = 1 - t, xy[2];
            for (int axis = 0; axis < 2; axis++)
                xy[axis] = r * r * ((1 + 2 * t) * at[i][axis] + t * slope[0][axis]) +
                           t * t * ((3 - 2 * t) * at[i + 1][axis] - r * slope[1][axis]);
            add_point(p, h, xy[0], xy[1], true);
        }
    }
}

/* Make the end of a stroke longer or shorter. */
static void shift_end(float *end, const float *next, float by) {
    for (int axis = 0; axis < 2; axis++)
        end[axis] += by * (end[axis] - next[axis]);
}

static void add_stroke(path *p, const hand *h, const stroke *s, dice *d) {
    float at[POINTS][2];
    for (int i = 0; i < s->n; i++) {
        bool again = i > 0 && memcmp(s->at[i], s->at[i - 1], 2) == 0;
        for (int axis = 0; axis < 2; axis++)
            at[i][axis] =
                again ? at[i - 1][axis] : (float)s->at[i][axis] / 100 + h->jitter * normal(d);
    }
    shift_end(at[0], at[1], OVERSHOOT * (uniform(d) - 0.4f));
    shift_end(at[s->n - 1], at[s->n - 2], OVERSHOOT * (uniform(d) - 0.4f));
    int from = 0;
    for (int i = 1; i <= s->n; i++) {
        if (i == s->n || memcmp(s->at[i], s->at[i - 1], 2) == 0) {
            add_spline(p, h, i - from, at + from, from > 0);
            from = i;
        }
    }
}

/* Scale so that the inked box fits BOX, its centre at the centre of the image. */
static void fit(path *p, float radius) {
    float low[2] = {1e9f, 1e9f}, high[2] = {-1e9f, -1e9f};
    for (int i = 0; i < p->n; i++) {
        low[0] = smaller(low[0], p->at[i].x);
        low[1] = smaller(low[1], p->at[i].y);
        high[0] = larger(high[0], p->at[i].x);
        high[1] = larger(high[1], p->at[i].y);
    }
    float scale = (BOX - 2 * radius) / larger(larger(high[0] - low[0], high[1] - low[1]), 0.1f);
    for (int i = 0; i < p->n; i++) {
        p->at[i].x = (p->at[i].x - (low[0] + high[0]) / 2) * scale + SIDE / 2.0f;
        p->at[i].y = (p->at[i].y - (low[1] + high[1]) / 2) * scale + SIDE / 2.0f;
    }
}

/* ---- ink ---- */

#define LANES 8              /* pixels of a row that are computed together */
#define PITCH (SIDE + LANES) /* of a row, with room for lanes past the end */

/* depth[y][x] is how far inside the ink a pixel's centre is; the segment from a to b, of radius r,
 * raises it where it is lower. Pixels further than a pixel outside the ink may stay as they are. */
static inline void draw_segment(float depth[SIDE][PITCH], float ax, float ay, float bx, float by,
                                float r) {
    float reach = r + 1.2f, dx = bx - ax, dy = by - ay;
    int x0 = (int)larger(smaller(ax, bx) - reach, 0),
        x1 = (int)smaller(larger(ax, bx) + reach, SIDE);
    int y0 = (int)larger(smaller(ay, by) - reach, 0),
        y1 = (int)smaller(larger(ay, by) + reach, SIDE);
    float scale = 1 / (dx * dx + dy * dy + 1e-12f);
    for (int y = y0; y < y1; y++) {
        float py = (float)y + 0.5f - ay;
        for (int from = x0; from < x1; from += LANES) {
#pragma omp simd
            for (int x = from; x < from + LANES; x++) {
                float px = (float)x + 0.5f - ax;
                float t = smaller(larger((px * dx + py * dy) * scale, 0), 1);
                float ex = px - t * dx, ey = py - t * dy;
                depth[y][x] = larger(depth[y][x], r - sqrtf(ex * ex + ey * ey));
            }
        }
    }
}

/* The whole path. */
LT_SIMD static void draw(float depth[SIDE][PITCH], const path *p, const hand *h) {
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < PITCH; x++)
            depth[y][x] = -1;
    for (int i = 1; i < p->n; i++) {
        float along = wave(h->pressure[1] * (float)i + h->pressure[2]);
        float r = h->radius * (1 + h->pressure[0] * along);
        if (p->at[i].down)
            draw_segment(depth, p->at[i - 1].x, p->at[i - 1].y, p->at[i].x, p->at[i].y, r);
    }
}

/* Grey value of a pixel: its share that is covered, about. */
static inline unsigned char ink(float depth) {
    float t = smaller(larger(0.5f + depth * 0.8f, 0), 1);
    return (unsigned char)(255 * t * t * (3 - 2 * t) + 0.5f);
}

/* From the centre of the image to the centre of mass, in whole pixels: MNIST was centred so. */
static void mass_offset(unsigned char grey[SIDE][SIDE], int *dx, int *dy) {
    int sum = 1, sx = 0, sy = 0;
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            sum += grey[y][x];
            sx += grey[y][x] * (2 * x + 1 - SIDE);
            sy += grey[y][x] * (2 * y + 1 - SIDE);
        }
    }
    *dx = (int)floorf((float)sx / (float)(2 * sum) + 0.5f);
    *dy = (int)floorf((float)sy / (float)(2 * sum) + 0.5f);
}

/* image[y][x] = grey[y + dy][x + dx], nothing from outside. */
static void shift(unsigned char *image, unsigned char grey[SIDE][SIDE], int dx, int dy) {
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            int fy = y + dy, fx = x + dx;
            bool inside = fy >= 0 && fy < SIDE && fx >= 0 && fx < SIDE;
            image[y * SIDE + x] = inside ? grey[fy][fx] : 0;
        }
    }
}

static const glyph *pick_glyph(int digit, dice *d) {
    int ticket = (int)(uniform(d) * 100);
    const glyph *found = NULL;
    for (int i = 0; i < GLYPHS && (!found || ticket >= 0); i++) {
        if (glyphs[i].digit == digit) {
            found = &glyphs[i];
            ticket -= found->weight;
        }
    }
    return found;
}

/* One image; returns its label. */
static int draw_digit(unsigned char *image, dice *d) {
    int digit = (int)(uniform(d) * 10);
    const glyph *g = pick_glyph(digit, d);
    hand h = pick_hand(d, (float)g->warp / 100);
    path p = {.n = 0};
    for (int s = 0; s < STROKES; s++)
        if (g->strokes[s].n > 0)
            add_stroke(&p, &h, &g->strokes[s], d);
    fit(&p, h.radius);
    float depth[SIDE][PITCH];
    unsigned char grey[SIDE][SIDE];
    draw(depth, &p, &h);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            grey[y][x] = ink(depth[y][x]);
    int dx, dy;
    mass_offset(grey, &dx, &dy);
    shift(image, grey, dx, dy);
    return digit;
}

/* ---- the data set ---- */

typedef struct digits_job {
    unsigned char *images;
    int64_t *labels;
    uint64_t seed, stream;
} digits_job;

static void draw_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    digits_job *job = context;
    (void)chunk;
    for (int64_t i = begin; i < end; i++) {
        dice d = {.seed = job->seed, .stream = job->stream + (uint64_t)i};
        job->labels[i] = draw_digit(job->images + i * SIDE * SIDE, &d);
    }
}

lt_status lt_digits(lt_tensor *images, lt_tensor *labels, int64_t n, uint64_t seed,
                    uint32_t split) {
    if (n < 0)
        return lt_fail(LT_EINVAL, "digits: n must not be negative, is %lld", (long long)n);
    int64_t shape[3] = {n, SIDE, SIDE};
    LT_TRY(lt_empty(images, LT_UINT8, 3, shape));
    lt_status status = lt_empty(labels, LT_INT64, 1, shape);
    if (status == LT_OK) {
        digits_job job = {lt_data(images), lt_data(labels), seed, (uint64_t)split << 40};
        if (!lt_parallel(n, GRAIN, draw_range, &job))
            status = lt_check_interrupt();
    }
    if (status != LT_OK) {
        lt_release(images);
        lt_release(labels);
    }
    return status;
}
