#include "models/links.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 8 }; /* edges of a unit at first */

void lt_links_take(lt_links *l, lt_arena *arena, int64_t k) {
    l->arena = arena;
    l->k = k;
    l->count = lt_take_zeroed(arena, (size_t)k * sizeof *l->count);
    l->room = lt_take_zeroed(arena, (size_t)k * sizeof *l->room);
    l->link = lt_take_zeroed(arena, (size_t)k * sizeof *l->link);
}

static lt_link *find(const lt_links *l, int64_t a, int64_t b) {
    for (int32_t i = 0; i < l->count[a]; i++)
        if (l->link[a][i].to == b)
            return &l->link[a][i];
    return NULL;
}

/* Outgrown lists stay in the arena: together they are no longer than the last. */
static void add(lt_links *l, int64_t a, int64_t b) {
    if (l->count[a] == l->room[a]) {
        int32_t room = l->room[a] > 0 ? 2 * l->room[a] : ROOM;
        lt_link *longer = lt_take(l->arena, (size_t)room * sizeof *longer);
        if (!longer)
            return;
        if (l->count[a] > 0)
            memcpy(longer, l->link[a], (size_t)l->count[a] * sizeof *longer);
        l->link[a] = longer;
        l->room[a] = room;
    }
    l->link[a][l->count[a]++] = (lt_link){(int32_t)b, 0};
}

void lt_links_join(lt_links *l, int64_t a, int64_t b) {
    lt_link *there = find(l, a, b), *back = find(l, b, a);
    if (there && back) {
        there->age = back->age = 0;
        return;
    }
    add(l, a, b);
    if (!l->arena->failed)
        add(l, b, a);
}

/* The last edge of the list takes the place of a lost one. */
static void lose(lt_links *l, int64_t a, int64_t b) {
    lt_link *gone = find(l, a, b);
    if (gone)
        *gone = l->link[a][--l->count[a]];
}

void lt_links_cut(lt_links *l, int64_t a, int64_t b) {
    lose(l, a, b);
    lose(l, b, a);
}

void lt_links_age(lt_links *l, int64_t a, double limit) {
    for (int32_t i = l->count[a] - 1; i >= 0; i--) {
        lt_link *link = &l->link[a][i];
        link->age++;
        if ((double)link->age > limit)
            lt_links_cut(l, a, link->to);
        else
            find(l, link->to, a)->age = link->age;
    }
}

static int by_ends(const void *a, const void *b) {
    const int64_t *p = a, *q = b;
    if (p[0] != q[0])
        return p[0] < q[0] ? -1 : 1;
    return p[1] < q[1] ? -1 : p[1] > q[1];
}

lt_status lt_links_list(const lt_links *l, const int64_t *name, lt_tensor *out) {
    int64_t total = 0;
    for (int64_t a = 0; a < l->k; a++)
        total += l->count[a];
    LT_TRY(lt_empty(out, LT_INT64, 2, (int64_t[]){total / 2, 2}));
    int64_t *pair = lt_data(out);
    for (int64_t a = 0; a < l->k; a++)
        for (int32_t i = 0; i < l->count[a]; i++) {
            int64_t from = name[a], to = name[l->link[a][i].to];
            if (from < to) {
                *pair++ = from;
                *pair++ = to;
            }
        }
    qsort(lt_data(out), (size_t)(total / 2), 2 * sizeof(int64_t), by_ends);
    return LT_OK;
}
