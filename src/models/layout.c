#include "models/layout.h"

#include <string.h>

#include "kernels/layout.h"
#include "kernels/parallel.h"

/* Points are dealt to blocks, and the edges between two blocks are a task. A round is tasks of
 * which no two have a block in common, as in a tournament where each block meets each other one:
 * they may run at once, and whoever runs them finds the same numbers. */
enum { FEW = 2048, MANY = 20000, SOME_BLOCKS = 8, MANY_BLOCKS = 32, JOIN_BLOCK = 256 };

typedef struct course {
    const lt_layout_options *o;
    const lt_graph *g;
    lt_layout r;
    lt_arena arena;
    int64_t blocks, tasks;
    int64_t first; /* task of the round */
} course;

/* Number of the task of blocks p and q: rounds of the circle method, and last each block itself. */
static int64_t task_of(int64_t blocks, int64_t p, int64_t q) {
    int64_t half = blocks / 2, circle = blocks - 1;
    if (p == q)
        return circle * half + p;
    if (p == circle || q == circle)
        return (p == circle ? q : p) * half;
    /* p is as far behind the round's number as q before it, or the other way round */
    int64_t sum = (p + q) % circle, round = (sum % 2 == 0 ? sum : sum + circle) / 2;
    int64_t place = (p - round + circle) % circle;
    return round * half + (place < half ? place : circle - place);
}

static int64_t task_of_edge(const course *c, int64_t from, int64_t to) {
    return c->r.fixed ? from / JOIN_BLOCK : task_of(c->blocks, from % c->blocks, to % c->blocks);
}

/* ---- edges ---- */

/* The graph's edges by task. */
static void deal(const course *c, lt_layout_edge *edges, int64_t *start) {
    const lt_graph *g = c->g;
    float most = 0;
    for (int64_t e = 0; e < g->start[g->n]; e++)
        most = g->weight[e] > most ? g->weight[e] : most;
    for (int64_t i = 0; i < g->n; i++)
        for (int64_t e = g->start[i]; e < g->start[i + 1]; e++)
            start[task_of_edge(c, i, g->to[e]) + 2]++;
    for (int64_t t = 0; t < c->tasks; t++)
        start[t + 2] += start[t + 1];
    for (int64_t i = 0; i < g->n; i++)
        for (int64_t e = g->start[i]; e < g->start[i + 1]; e++) {
            double share = (double)g->weight[e] / (double)most * 0x1p32;
            edges[start[task_of_edge(c, i, g->to[e]) + 1]++] = (lt_layout_edge){
                .from = (int32_t)i,
                .to = g->to[e],
                .step = share < UINT32_MAX ? (uint32_t)share : UINT32_MAX,
            };
        }
}

/* Give each of a task's edges the first shade that neither of its ends has had; `had` [n] is 0, and
 * is 0 again afterwards. Returns how many shades there are. */
static int32_t shade_edges(const course *c, lt_layout_edge *edges, int64_t count, int32_t *had) {
    int32_t shades = 0;
    for (int64_t e = 0; e < count; e++) {
        int32_t *from = had + edges[e].from, *to = c->r.fixed ? from : had + edges[e].to;
        edges[e].shade = *from > *to ? *from : *to;
        *from = *to = edges[e].shade + 1;
        shades = *from > shades ? *from : shades;
    }
    for (int64_t e = 0; e < count; e++) {
        had[edges[e].from] = 0;
        if (!c->r.fixed)
            had[edges[e].to] = 0;
    }
    return shades;
}

static lt_status take_edges(course *c) {
    size_t count = (size_t)c->g->start[c->g->n], n = (size_t)c->g->n;
    lt_arena scratch = {0};
    lt_layout_edge *edges = lt_take(&c->arena, count * sizeof *edges);
    lt_layout_edge *dealt = lt_take(&scratch, count * sizeof *dealt);
    int64_t *start = lt_take_zeroed(&c->arena, (size_t)(c->tasks + 2) * sizeof *start);
    int64_t *place = lt_take(&scratch, (count + 2) * sizeof *place);
    int32_t *had = lt_take_zeroed(&scratch, n * sizeof *had);
    bool taken = !c->arena.failed && !scratch.failed;
    if (taken)
        deal(c, dealt, start);
    for (int64_t t = 0; taken && t < c->tasks; t++) {
        lt_layout_edge *of_task = dealt + start[t];
        int64_t own = start[t + 1] - start[t];
        int32_t shades = shade_edges(c, of_task, own, had);
        memset(place, 0, (size_t)(shades + 2) * sizeof *place);
        for (int64_t e = 0; e < own; e++)
            place[of_task[e].shade + 1]++;
        for (int32_t s = 0; s < shades; s++)
            place[s + 1] += place[s];
        for (int64_t e = 0; e < own; e++)
            edges[start[t] + place[of_task[e].shade]++] = of_task[e];
    }
    lt_arena_drop(&scratch);
    c->r.edges = edges;
    c->r.task = start;
    return taken ? LT_OK : LT_ENOMEM;
}

/* ---- epochs ---- */

static void move_tasks(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const course *c = context;
    for (int64_t t = begin; t < end; t++)
        lt_layout_move(&c->r, c->first + t);
}

static bool run_round(course *c, int64_t tasks) {
    bool done = lt_parallel(tasks, 1, move_tasks, c);
    c->first += tasks;
    return done;
}

/* `seen` gets the points as they are at the start of each epoch, unless it is NULL. */
static lt_status run(course *c, float *seen) {
    const lt_layout_options *o = c->o;
    lt_report_ready(&o->watch, o->epochs);
    for (int64_t epoch = 1; epoch <= o->epochs; epoch++) {
        double rate = o->learning_rate * (1 - (double)(epoch - 1) / (double)o->epochs);
        c->r.epoch = (uint32_t)epoch;
        c->r.rate = (float)rate;
        c->first = 0;
        if (seen)
            memcpy(seen, c->r.y, (size_t)(c->g->n * o->dims) * sizeof *seen);
        for (int64_t round = 1; !c->r.fixed && round < c->blocks; round++)
            if (!run_round(c, c->blocks / 2))
                return lt_stopped();
        if (!run_round(c, c->blocks))
            return lt_stopped();
        lt_report(&o->watch, epoch, o->epochs, rate);
    }
    return LT_OK;
}

static course begin(float *y, const lt_graph *g, const lt_layout_options *o) {
    return (course){.o = o,
                    .g = g,
                    .r = {.dims = o->dims,
                          .y = y,
                          .seed = o->seed,
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
    course c = begin(y, g, o);
    c.blocks = g->n < FEW ? 1 : g->n < MANY ? SOME_BLOCKS : MANY_BLOCKS;
    c.tasks = (c.blocks - 1) * (c.blocks / 2) + c.blocks;
    float *seen = lt_take(&c.arena, (size_t)(g->n * o->dims) * sizeof *seen);
    c.r.seen = seen;
    c.r.targets = g->n;
    lt_status status = take_edges(&c);
    if (status == LT_OK)
        status = run(&c, seen);
    return finish(&c, model, status);
}

lt_status lt_layout_join(float *y, const lt_graph *lists, const float *target, int64_t targets,
                         const char *model, const lt_layout_options *o) {
    course c = begin(y, lists, o);
    c.blocks = c.tasks = lt_chunks(lists->n, JOIN_BLOCK);
    c.r.fixed = true;
    c.r.seen = target;
    c.r.targets = targets;
    lt_status status = take_edges(&c);
    if (status == LT_OK)
        status = run(&c, NULL);
    return finish(&c, model, status);
}
