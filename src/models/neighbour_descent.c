#include "models/neighbour_descent.h"

#include <math.h>
#include <string.h>

#include "kernels/neighbours.h"
#include "kernels/parallel.h"
#include "kernels/philox.h"
#include "kernels/workspace.h"
#include "tensor/interrupt.h"

enum {
    TREES = 6,
    ROUNDS = 12,
    BACKWARD = 24, /* rows that have a row in their lists, of which so many are looked at */
    GRAIN = 256,
};

/* Stop when a round changes less than this part of the lists. */
#define FEW 1e-3

typedef struct descent {
    const lt_points *p;
    int64_t n, d, k, leaf; /* rows of a tree's leaf, at most */
    uint64_t seed;
    int32_t *id;     /* [n, k] lists, nearest first */
    float *distance; /* [n, k] */
    int64_t *count;  /* [n] lengths of the lists */
    uint8_t *fresh;  /* [n, k] entries that have come in the round before */

    /* a tree */
    int32_t *order; /* [n] rows by leaf */
    struct side *side;
    int64_t tree, level;

    /* a round */
    int32_t *old_id;      /* [n, k] the lists at its start */
    uint8_t *old_fresh;   /* [n, k] */
    int64_t *old_count;   /* [n] */
    int32_t *back;        /* [n, BACKWARD] rows whose lists hold a row */
    uint8_t *back_fresh;  /* [n, BACKWARD] */
    int32_t *backs;       /* [n] how many */
    int64_t *changes;     /* [chunks] */
    lt_workspace scratch; /* stamps [n] a thread */
} descent;

static float gap(const descent *s, int64_t a, int64_t b) {
    return lt_row_distance(s->p->x + a * s->d, s->p->x + b * s->d, s->d);
}

/* Put row b into the list of row a unless it is there. True when the list changes. */
static bool offer(const descent *s, int64_t a, int64_t b, float distance) {
    int32_t *id = s->id + a * s->k;
    float *list = s->distance + a * s->k;
    uint8_t *fresh = s->fresh + a * s->k;
    if (s->count[a] == s->k && !(distance < list[s->k - 1]))
        return false;
    for (int64_t i = 0; i < s->count[a]; i++)
        if (id[i] == (int32_t)b)
            return false;
    int64_t before = s->count[a];
    lt_list_insert(id, list, s->k, &s->count[a], (int32_t)b, distance);
    int64_t at = 0;
    while (id[at] != (int32_t)b)
        at++;
    int64_t last = before < s->k ? before : s->k - 1;
    memmove(fresh + at + 1, fresh + at, (size_t)(last - at));
    fresh[at] = 1;
    return true;
}

/* ---- trees ---- */

typedef struct side {
    float value;
    int32_t row;
} side;

static bool before(side a, side b) {
    return a.value < b.value || (a.value == b.value && a.row < b.row);
}

/* Bring the element that belongs at `nth` there, smaller ones before it (Hoare 1961). */
static void select_nth(side *p, int64_t n, int64_t nth) {
    int64_t lo = 0, hi = n - 1;
    while (lo < hi) {
        side pivot = p[lo + (hi - lo) / 2];
        int64_t i = lo - 1, j = hi + 1;
        for (;;) {
            do
                i++;
            while (before(p[i], pivot));
            do
                j--;
            while (before(pivot, p[j]));
            if (i >= j)
                break;
            side t = p[i];
            p[i] = p[j];
            p[j] = t;
        }
        if (nth <= j)
            hi = j;
        else
            lo = j + 1;
    }
}

static int64_t node_start(const descent *s, int64_t node) {
    return (int64_t)((__int128)s->n * node / s->level);
}

/* Split each node of a level in halves along the line between two of its rows. */
static void split_nodes(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const descent *s = context;
    for (int64_t node = begin; node < end && !lt_interrupted(); node++) {
        int64_t from = node_start(s, node), n = node_start(s, node + 1) - from;
        int64_t half = (int64_t)((__int128)s->n * (2 * node + 1) / (2 * s->level)) - from;
        lt_draws draws = {s->seed, (uint64_t)s->tree << 40 | (uint64_t)s->level,
                          (uint64_t)node << 8};
        const float *a = s->p->x + s->order[from + lt_draws_below(&draws, n)] * s->d;
        const float *b = s->p->x + s->order[from + lt_draws_below(&draws, n)] * s->d;
        for (int64_t i = from; i < from + n; i++) {
            const float *x = s->p->x + s->order[i] * s->d;
            s->side[i] =
                (side){lt_row_distance(x, a, s->d) - lt_row_distance(x, b, s->d), s->order[i]};
        }
        select_nth(s->side + from, n, half);
        for (int64_t i = from; i < from + n; i++)
            s->order[i] = s->side[i].row;
    }
}

/* Rows of one leaf get to know each other. Each row is in one leaf of a tree. */
static void meet_in_leaves(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const descent *s = context;
    for (int64_t leaf = begin; leaf < end && !lt_interrupted(); leaf++)
        for (int64_t i = node_start(s, leaf); i < node_start(s, leaf + 1); i++)
            for (int64_t j = node_start(s, leaf); j < i; j++) {
                float distance = gap(s, s->order[i], s->order[j]);
                offer(s, s->order[i], s->order[j], distance);
                offer(s, s->order[j], s->order[i], distance);
            }
}

static bool plant_trees(descent *s) {
    for (s->tree = 0; s->tree < TREES; s->tree++) {
        for (int64_t i = 0; i < s->n; i++)
            s->order[i] = (int32_t)i;
        for (s->level = 1; s->n / s->level > s->leaf; s->level *= 2)
            if (!lt_parallel(s->level, 1, split_nodes, s))
                return false;
        if (!lt_parallel(s->level, 4, meet_in_leaves, s))
            return false;
    }
    return true;
}

/* ---- descent ---- */

/* Which rows hold a row in their lists. Where there are too many, those of least hash stay: chance
 * decides, and the same in each run. */
static void list_backward(descent *s) {
    memset(s->backs, 0, (size_t)s->n * sizeof *s->backs);
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t j = 0; j < s->old_count[i]; j++) {
            int64_t to = s->old_id[i * s->k + j], at = s->backs[to];
            if (at == BACKWARD) {
                uint32_t w[4];
                lt_philox(s->seed, 1, (uint64_t)(i * s->k + j), w);
                at = w[0] % (2 * BACKWARD);
                if (at >= BACKWARD)
                    continue;
            } else {
                s->backs[to]++;
            }
            s->back[to * BACKWARD + at] = (int32_t)i;
            s->back_fresh[to * BACKWARD + at] = s->old_fresh[i * s->k + j];
        }
}

/* One row looks at the lists of a neighbour j; it was fresh or not. */
static int64_t look_at(const descent *s, int64_t i, int64_t j, bool fresh, int32_t *stamp) {
    int64_t changes = 0;
    for (int64_t t = 0; t < s->old_count[j] + s->backs[j]; t++) {
        bool ahead = t < s->old_count[j];
        int64_t at = ahead ? j * s->k + t : j * BACKWARD + t - s->old_count[j];
        int32_t other = ahead ? s->old_id[at] : s->back[at];
        if (!(fresh || (ahead ? s->old_fresh[at] : s->back_fresh[at])) ||
            stamp[other] == (int32_t)i)
            continue;
        stamp[other] = (int32_t)i;
        changes += offer(s, i, other, gap(s, i, other));
    }
    return changes;
}

static void look_round(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const descent *s = context;
    int32_t *stamp = lt_workspace_mine(&s->scratch);
    s->changes[chunk] = 0;
    for (int64_t i = begin; i < end && !lt_interrupted(); i++) {
        stamp[i] = (int32_t)i;
        for (int64_t t = 0; t < s->old_count[i]; t++)
            s->changes[chunk] +=
                look_at(s, i, s->old_id[i * s->k + t], s->old_fresh[i * s->k + t], stamp);
        for (int64_t t = 0; t < s->backs[i]; t++)
            s->changes[chunk] +=
                look_at(s, i, s->back[i * BACKWARD + t], s->back_fresh[i * BACKWARD + t], stamp);
    }
}

static bool descend(descent *s) {
    for (int round = 0; round < ROUNDS; round++) {
        int64_t changes = 0;
        memcpy(s->old_id, s->id, (size_t)(s->n * s->k) * sizeof *s->id);
        memcpy(s->old_count, s->count, (size_t)s->n * sizeof *s->count);
        memcpy(s->old_fresh, s->fresh, (size_t)(s->n * s->k));
        memset(s->fresh, 0, (size_t)(s->n * s->k));
        memset(s->scratch.base, -1, s->scratch.bytes);
        list_backward(s);
        if (!lt_parallel(s->n, GRAIN, look_round, s))
            return false;
        for (int64_t c = 0; c < lt_chunks(s->n, GRAIN); c++)
            changes += s->changes[c];
        if ((double)changes < FEW * (double)(s->n * s->k))
            break;
    }
    return true;
}

static lt_status take_memory(descent *s, lt_arena *own, const char *model) {
    size_t n = (size_t)s->n, nk = n * (size_t)s->k;
    s->count = lt_take_zeroed(own, n * sizeof *s->count);
    s->fresh = lt_take_zeroed(own, nk);
    s->order = lt_take(own, n * sizeof *s->order);
    s->side = lt_take(own, n * sizeof *s->side);
    s->old_id = lt_take(own, nk * sizeof *s->old_id);
    s->old_fresh = lt_take(own, nk);
    s->old_count = lt_take(own, n * sizeof *s->old_count);
    s->back = lt_take(own, n * BACKWARD * sizeof *s->back);
    s->back_fresh = lt_take(own, n * BACKWARD);
    s->backs = lt_take(own, n * sizeof *s->backs);
    s->changes = lt_take(own, (size_t)lt_chunks(s->n, GRAIN) * sizeof *s->changes);
    if (own->failed || !lt_workspace_take(&s->scratch, n * sizeof(int32_t)))
        return lt_no_memory(model);
    return LT_OK;
}

lt_status lt_neighbours_descent(int32_t **id, float **distance, lt_arena *a, const char *model,
                                const lt_points *rows, int64_t k, uint64_t seed) {
    descent s = {.p = rows, .n = rows->n, .d = rows->d, .k = k, .seed = seed};
    lt_arena own = {0};
    s.leaf = 2 * k + 4 > 40 ? 2 * k + 4 : 40; /* each leaf has more than half of it: k + 2 rows */
    s.id = *id = lt_take(a, (size_t)(s.n * k) * sizeof **id);
    s.distance = *distance = lt_take(a, (size_t)(s.n * k) * sizeof **distance);
    lt_status status = a->failed ? lt_no_memory(model) : take_memory(&s, &own, model);
    if (status == LT_OK && !(plant_trees(&s) && descend(&s)))
        status = lt_stopped();
    for (int64_t i = 0; status == LT_OK && i < s.n * k; i++)
        s.distance[i] = sqrtf(s.distance[i]);
    lt_workspace_drop(&s.scratch);
    lt_arena_drop(&own);
    return status;
}
