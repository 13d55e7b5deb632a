#include "models/layout.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/layout.h"
#include "kernels/parallel.h"
#include "kernels/philox.h"

enum {
    TURNS = 4, /* of an epoch: each moves a part of the points */
    GRAIN = 2 * LT_LAYOUT_LANES,
    STREAM = 11,
};

/* A point on its way to its place: points of one turn stand together, those with as many edges side
 * by side. */
typedef struct seat {
    int64_t turn, point;
    double pull;
} seat;

typedef struct course {
    const lt_layout_options *o;
    lt_layout r;
    lt_arena arena;
    float *y, *next; /* [n, dims] by seat */
    seat *seats;     /* [n] */
    int64_t first;   /* seat of the turn */
} course;

static int by_turn(const void *a, const void *b) {
    const seat *p = a, *q = b;
    if (p->turn != q->turn)
        return p->turn < q->turn ? -1 : 1;
    if (p->pull != q->pull)
        return p->pull > q->pull ? -1 : 1;
    return p->point < q->point ? -1 : p->point > q->point;
}

/* Where the seats of a turn begin. */
static int64_t turn_start(int64_t n, int64_t turns, int64_t turn) {
    return n / turns * turn + (turn < n % turns ? turn : n % turns);
}

static lt_status take_seats(course *c, const lt_graph *g, int64_t turns) {
    c->seats = lt_take(&c->arena, (size_t)g->n * sizeof *c->seats);
    if (!c->seats)
        return LT_ENOMEM;
    for (int64_t i = 0; i < g->n; i++) {
        c->seats[i] = (seat){.turn = i % turns, .point = i};
        for (int64_t e = g->start[i]; e < g->start[i + 1]; e++)
            c->seats[i].pull += (double)g->weight[e];
    }
    qsort(c->seats, (size_t)g->n, sizeof *c->seats, by_turn);
    return LT_OK;
}

/* Edges by seat; where the ends are points that move as well, `seat_of` says where they sit. */
static lt_status take_edges(course *c, const lt_graph *g, const int32_t *seat_of) {
    int64_t edges = g->start[g->n], *start;
    int32_t *to;
    uint32_t *step;
    float most = 0;
    c->r.start = start = lt_take(&c->arena, (size_t)(g->n + 1) * sizeof *start);
    c->r.to = to = lt_take(&c->arena, (size_t)edges * sizeof *to);
    c->r.step = step = lt_take(&c->arena, (size_t)edges * sizeof *step);
    if (c->arena.failed)
        return LT_ENOMEM;
    for (int64_t e = 0; e < edges; e++)
        most = g->weight[e] > most ? g->weight[e] : most;
    start[0] = 0;
    for (int64_t i = 0, at = 0; i < g->n; i++) {
        int64_t point = c->seats[i].point;
        for (int64_t e = g->start[point]; e < g->start[point + 1]; e++, at++) {
            double share = (double)g->weight[e] / (double)most * 0x1p32;
            to[at] = seat_of ? seat_of[g->to[e]] : g->to[e];
            step[at] = share < UINT32_MAX ? (uint32_t)share : UINT32_MAX;
        }
        start[i + 1] = at;
    }
    return LT_OK;
}

static lt_status take_points(course *c, const float *y) {
    int64_t n = c->r.n, dims = c->o->dims;
    c->y = lt_take(&c->arena, (size_t)(n * dims) * sizeof *c->y);
    c->next = lt_take(&c->arena, (size_t)(n * dims) * sizeof *c->next);
    c->r.random = lt_take(&c->arena, (size_t)(2 * n) * sizeof *c->r.random);
    if (c->arena.failed)
        return LT_ENOMEM;
    for (int64_t i = 0; i < n; i++) {
        uint32_t words[4];
        lt_philox(c->o->seed, STREAM, (uint64_t)i, words);
        c->r.random[i] = words[0] | 1;
        c->r.random[n + i] = words[1];
        memcpy(c->y + i * dims, y + c->seats[i].point * dims, (size_t)dims * sizeof *y);
    }
    c->r.y = c->y;
    c->r.next = c->next;
    return LT_OK;
}

static void move_turn(void *context, int64_t begin, int64_t end, int64_t chunk) {
    course *c = context;
    lt_layout_move(&c->r, c->first + begin, c->first + end, chunk);
}

static lt_status run(course *c, float *y, int64_t turns) {
    const lt_layout_options *o = c->o;
    size_t row = (size_t)o->dims * sizeof *y;
    for (int64_t epoch = 1; epoch <= o->epochs; epoch++) {
        double rate = o->learning_rate * (1 - (double)(epoch - 1) / (double)o->epochs);
        c->r.epoch = (uint32_t)epoch;
        c->r.rate = (float)rate;
        for (int64_t turn = 0; turn < turns; turn++) {
            c->first = turn_start(c->r.n, turns, turn);
            int64_t count = turn_start(c->r.n, turns, turn + 1) - c->first;
            if (!lt_parallel(count, GRAIN, move_turn, c))
                return lt_stopped();
            memcpy(c->y + c->first * o->dims, c->next + c->first * o->dims, (size_t)count * row);
        }
        lt_report(&o->watch, epoch, o->epochs, rate);
    }
    for (int64_t i = 0; i < c->r.n; i++)
        memcpy(y + c->seats[i].point * o->dims, c->y + i * o->dims, row);
    return LT_OK;
}

static course begin(const lt_graph *g, const lt_layout_options *o) {
    return (course){.o = o,
                    .r = {.dims = o->dims,
                          .n = g->n,
                          .a = (float)o->a,
                          .b = (float)o->b,
                          .repulsion = (float)o->repulsion,
                          .negatives = o->negatives}};
}

static lt_status finish(course *c, const char *model, lt_status status) {
    lt_arena_drop(&c->arena);
    return status == LT_ENOMEM ? lt_no_memory(model) : status;
}

lt_status lt_layout_fit(float *y, const lt_graph *g, const char *model,
                        const lt_layout_options *o) {
    course c = begin(g, o);
    lt_status status = take_seats(&c, g, TURNS);
    int32_t *seat_of = lt_take(&c.arena, (size_t)g->n * sizeof *seat_of);
    if (status == LT_OK && seat_of) {
        for (int64_t i = 0; i < g->n; i++)
            seat_of[c.seats[i].point] = (int32_t)i;
        status = take_edges(&c, g, seat_of);
    }
    if (status == LT_OK)
        status = take_points(&c, y);
    if (status == LT_OK) {
        c.r.target = c.y;
        c.r.targets = g->n;
        c.r.same = true;
        c.r.pulls = 2;
        status = run(&c, y, TURNS);
    }
    return finish(&c, model, status);
}

lt_status lt_layout_join(float *y, const lt_graph *lists, const float *target, int64_t targets,
                         const char *model, const lt_layout_options *o) {
    course c = begin(lists, o);
    lt_status status = take_seats(&c, lists, 1);
    if (status == LT_OK)
        status = take_edges(&c, lists, NULL);
    if (status == LT_OK)
        status = take_points(&c, y);
    if (status == LT_OK) {
        c.r.target = target;
        c.r.targets = targets;
        c.r.pulls = 1;
        status = run(&c, y, 1);
    }
    return finish(&c, model, status);
}
