#include "models/fuzzy.h"

#include <math.h>
#include <stdint.h>

#include "kernels/parallel.h"
#include "models/samples.h"

enum { GRAIN = 128, HALVINGS = 64, POINTS = 300, STEPS = 200 };

#define CLOSE       1e-5 /* of a row's sum of weights */
#define LEAST_WIDTH 1e-3 /* in mean distances */

typedef struct widths {
    float *weight;
    const float *distance;
    int64_t k;
    double connectivity, size;
    double mean; /* of all distances */
} widths;

/* The distance up to which neighbours belong wholly: that of the nearest, of those at a distance,
 * or between two of them where connectivity is not whole. */
static double whole_distance(const float *distance, int64_t k, double connectivity) {
    int64_t skip = 0;
    while (skip < k && distance[skip] <= 0)
        skip++;
    distance += skip;
    k -= skip;
    if (k == 0)
        return 0;
    if ((double)k < connectivity)
        return (double)distance[k - 1];
    int64_t whole = (int64_t)connectivity;
    double part = connectivity - (double)whole;
    double low = whole > 0 ? (double)distance[whole - 1] : 0;
    return part > CLOSE && whole < k ? low + part * ((double)distance[whole] - low) : low;
}

static double fade(double gap, double width) {
    return gap > 0 ? exp(-gap / width) : 1;
}

/* Bisection for the width whose weights sum to log2(size). */
static double find_width(const float *distance, int64_t k, double whole, double sum) {
    double low = 0, high = INFINITY, width = 1;
    for (int step = 0; step < HALVINGS; step++) {
        double found = 0;
        for (int64_t j = 0; j < k; j++)
            found += fade((double)distance[j] - whole, width);
        if (fabs(found - sum) < CLOSE)
            break;
        if (found > sum)
            high = width;
        else
            low = width;
        width = isinf(high) ? 2 * width : (low + high) / 2;
    }
    return width;
}

static void weigh_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const widths *w = context;
    for (int64_t i = begin; i < end; i++) {
        const float *distance = w->distance + i * w->k;
        double whole = whole_distance(distance, w->k, w->connectivity), mean = 0;
        double width = find_width(distance, w->k, whole, log2(w->size));
        for (int64_t j = 0; j < w->k; j++)
            mean += (double)distance[j] / (double)w->k;
        double least = LEAST_WIDTH * (whole > 0 ? mean : w->mean);
        width = width > least ? width : least;
        for (int64_t j = 0; j < w->k; j++)
            w->weight[i * w->k + j] =
                width > 0 ? (float)fade((double)distance[j] - whole, width) : 1;
    }
}

lt_status lt_fuzzy_weights(float *weight, const float *distance, int64_t n, int64_t k,
                           double connectivity, double size) {
    widths w = {
        .weight = weight, .distance = distance, .k = k, .connectivity = connectivity, .size = size};
    for (int64_t i = 0; i < n * k; i++)
        w.mean += (double)distance[i] / (double)(n * k);
    return lt_parallel(n, GRAIN, weigh_rows, &w) ? LT_OK : lt_stopped();
}

/* ---- the curve ---- */

/* Normal equations of the least squares in log a and log b, and the squared error. */
typedef struct normal {
    double error, aa, ab, bb, ga, gb;
} normal;

static normal look_at_curve(double a, double b, double spread, double min_dist) {
    normal s = {.error = 0};
    for (int i = 1; i < POINTS; i++) { /* at 0 both curves are 1 */
        double x = 3 * spread * i / (POINTS - 1);
        double wanted = x < min_dist ? 1 : exp(-(x - min_dist) / spread);
        double t = a * pow(x, 2 * b), y = 1 / (1 + t), slope = -t * y * y;
        double by_b = slope * 2 * b * log(x), gap = wanted - y;
        s.error += gap * gap;
        s.aa += slope * slope;
        s.ab += slope * by_b;
        s.bb += by_b * by_b;
        s.ga += slope * gap;
        s.gb += by_b * gap;
    }
    return s;
}

/* Levenberg-Marquardt. */
void lt_fuzzy_curve(double *a, double *b, double spread, double min_dist) {
    double damping = 1e-3;
    *a = pow(spread, -2);
    *b = 1;
    normal s = look_at_curve(*a, *b, spread, min_dist);
    for (int step = 0; step < STEPS && damping < 1e12; step++) {
        double aa = s.aa * (1 + damping), bb = s.bb * (1 + damping);
        double determinant = aa * bb - s.ab * s.ab;
        if (!(determinant > 0))
            break;
        double to_a = *a * exp((s.ga * bb - s.gb * s.ab) / determinant);
        double to_b = *b * exp((s.gb * aa - s.ga * s.ab) / determinant);
        normal next = look_at_curve(to_a, to_b, spread, min_dist);
        if (next.error < s.error) {
            s = next;
            *a = to_a;
            *b = to_b;
            damping /= 8;
        } else {
            damping *= 4;
        }
    }
}
