/* x[i], x[{i, j}], x[{{from, to, step}, {}, k}], x[index_tensor], x[bool_tensor], to read and to
 * assign. A key is first read into a `spec`: a range for each dimension, and the places where
 * index tensors stand. */
#include "binding/index.h"

#include <string.h>

#include "binding/binding.h"

typedef struct spec {
    lt_range_of range[LT_MAX_DIMS];
    lt_tensor *index[LT_MAX_DIMS]; /* index tensor of a dimension of x, or NULL */
    int first, count;              /* where index tensors stand in the sliced view */
} spec;

/* ---- reading the key ---- */

static int64_t to_place(lua_State *L, lua_Integer i, const lt_tensor *x, int d) {
    int64_t n = x->shape[d], place = i < 0 ? i + n : i - 1;
    if (i == 0 || place < 0 || place >= n)
        lb_error(L, "index %lld is outside dimension %d of a tensor %s (indices go from 1 to %lld)",
                 (long long)i, d + 1, lt_shape_of(x), (long long)n);
    return place;
}

/* An integer at field `i` of the range table on top of the stack, or the fallback where nil. */
static lua_Integer bound(lua_State *L, int i, lua_Integer fallback) {
    int exact = 1;
    lua_Integer value = fallback;
    if (lua_rawgeti(L, -1, i) != LUA_TNIL)
        value = lua_tointegerx(L, -1, &exact);
    if (!exact)
        lb_error(L, "a range {from, to, step} is made of integers, not %s", lb_typename(L, -1));
    lua_pop(L, 1);
    return value;
}

/* {} is everything, {a} the one-element range, {from, to, step} both ends included. */
static lt_range_of read_range(lua_State *L, const lt_tensor *x, int d) {
    int64_t n = x->shape[d], items = (int64_t)lua_rawlen(L, -1);
    if (items == 0)
        return (lt_range_of){0, 1, n, false};
    if (items > 3)
        lb_error(L, "a range has at most three parts {from, to, step}, not %d", (int)items);
    lua_Integer from = bound(L, 1, 1), to = bound(L, 2, items == 1 ? from : -1);
    lua_Integer step = bound(L, 3, 1);
    int64_t first = from < 0 ? from + n : from - 1, last = to < 0 ? to + n : to - 1;
    if (step < 1)
        lb_error(L, "a range steps forward, not by %d; x:flip(d) reverses a dimension", (int)step);
    if (from == 0 || first < 0 || first > n || last < -1 || last >= n)
        lb_error(L, "range {%d, %d} is outside dimension %d of a tensor %s", (int)from, (int)to,
                 d + 1, lt_shape_of(x));
    return (lt_range_of){first, step, last < first ? 0 : (last - first) / step + 1, false};
}

/* One part of a table key, on top of the stack. */
static void read_part(lua_State *L, spec *s, const lt_tensor *x, int d) {
    lt_tensor *index = lb_test(L, -1);
    int exact;
    lua_Integer i = lua_tointegerx(L, -1, &exact);
    if (index) {
        s->index[d] = index;
        s->range[d] = (lt_range_of){0, 1, x->shape[d], false};
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        s->range[d] = read_range(L, x, d);
    } else if (exact && lua_type(L, -1) == LUA_TNUMBER) {
        s->range[d] = (lt_range_of){to_place(L, i, x, d), 1, 1, true};
    } else {
        lb_error(L, "an index is an integer, a range {from, to, step} or a tensor, not %s",
                 lb_typename(L, -1));
    }
}

static void read_table(lua_State *L, spec *s, const lt_tensor *x) {
    int parts = (int)lua_rawlen(L, 2);
    if (parts > x->ndim)
        lb_error(L, "%d indices for a tensor %s", parts, lt_shape_of(x));
    for (int d = 0; d < x->ndim; d++) {
        if (d < parts) {
            lua_rawgeti(L, 2, d + 1);
            read_part(L, s, x, d); /* stays on the stack for lb_settle if it is a tensor */
            if (!s->index[d])
                lua_pop(L, 1);
        } else {
            s->range[d] = (lt_range_of){0, 1, x->shape[d], false};
        }
    }
}

/* Find where the index tensors stand after slicing; several must be neighbours. */
static void place_tensors(lua_State *L, spec *s, const lt_tensor *x) {
    int at = 0, last = -1;
    s->first = s->count = 0;
    for (int d = 0; d < x->ndim; d++) {
        if (s->index[d]) {
            if (s->count > 0 && last != at - 1)
                lb_error(L, "several index tensors must stand next to each other; permute first");
            if (s->count++ == 0)
                s->first = at;
            s->index[s->count - 1] = s->index[d];
            last = at;
        }
        at += !s->range[d].drop;
    }
}

static void read_key(lua_State *L, spec *s, const lt_tensor *x) {
    int exact;
    memset(s->index, 0, sizeof s->index);
    if (lua_type(L, 2) == LUA_TTABLE) {
        read_table(L, s, x);
        place_tensors(L, s, x);
        return;
    }
    lua_Integer i = lua_tointegerx(L, 2, &exact);
    if (!exact || lua_type(L, 2) != LUA_TNUMBER)
        lb_error(L, "a tensor is indexed by an integer, a table or a tensor, not %s %s",
                 lb_typename(L, 2), luaL_tolstring(L, 2, NULL));
    if (x->ndim == 0)
        lb_error(L, "a 0-dimensional tensor has no elements to index; use :item()");
    s->range[0] = (lt_range_of){to_place(L, i, x, 0), 1, 1, true};
    for (int d = 1; d < x->ndim; d++)
        s->range[d] = (lt_range_of){0, 1, x->shape[d], false};
    s->first = s->count = 0;
}

/* ---- several index tensors: one linear index over their dimensions together ---- */

static bool is_mask(const lt_tensor *t) {
    return t->dtype == LT_BOOL;
}

/* A mask in one dimension selects as the places of its true elements do. */
static lt_status as_places(lt_tensor *out, lt_tensor *index, int64_t size) {
    if (!is_mask(index))
        return lt_alias(out, index);
    if (index->ndim != 1 || index->shape[0] != size)
        return lt_fail(LT_EINVAL, "a mask %s for a dimension of size %lld", lt_shape_of(index),
                       (long long)size);
    return lt_flatnonzero(out, index);
}

/* linear = (linear - 1) * size + next, both 1-based, negative places counted from the end. */
static lt_status join_places(lt_tensor *linear, lt_tensor *next, int64_t size) {
    lt_tensor wide LT_EMPTY, zero, n, low LT_EMPTY, shifted LT_EMPTY, positive LT_EMPTY;
    lt_number_int(&zero, 0);
    lt_number_int(&n, size);
    lt_tensor one;
    lt_number_int(&one, 1);
    lt_status s = lt_binary(&low, LT_BI_lt, next, &zero);
    if (s == LT_OK) { /* -1 means size */
        lt_tensor past;
        lt_number_int(&past, size + 1);
        s = lt_binary(&shifted, LT_BI_add, next, &past);
    }
    if (s == LT_OK)
        s = lt_where(&positive, &low, &shifted, next);
    lt_release(&low);
    lt_release(&shifted);
    if (s == LT_OK) { /* a place outside must not reach a neighbour's row */
        for (int64_t i = 0; s == LT_OK && i < positive.numel; i++) {
            int64_t p = lt_get_int(&positive, i);
            if (p < 1 || p > size)
                s = lt_fail(LT_EINVAL, "index %lld is outside 1..%lld", (long long)p,
                            (long long)size);
        }
    }
    if (s == LT_OK)
        s = lt_binary(&low, LT_BI_sub, linear, &one);
    if (s == LT_OK)
        s = lt_binary(&shifted, LT_BI_mul, &low, &n);
    if (s == LT_OK)
        s = lt_binary(&wide, LT_BI_add, &shifted, &positive);
    if (s == LT_OK) {
        lt_release(linear);
        lt_move(linear, &wide);
    }
    lt_release(&low);
    lt_release(&shifted);
    lt_release(&positive);
    lt_release(&wide);
    return s;
}

/* The index over `count` dimensions of `view` from `first` on, and the view with those joined. */
static lt_status join_index(lt_tensor *index, lt_tensor *joined, const spec *s, lt_tensor *view) {
    int64_t shape[LT_MAX_DIMS], run = view->shape[s->first];
    LT_TRY(as_places(index, s->index[0], run));
    for (int i = 1; i < s->count; i++) {
        lt_tensor next LT_EMPTY;
        int64_t size = view->shape[s->first + i];
        lt_status status = as_places(&next, s->index[i], size);
        if (status == LT_OK)
            status = join_places(index, &next, size);
        lt_release(&next);
        if (status != LT_OK) {
            lt_release(index);
            return status;
        }
        run *= size;
    }
    memcpy(shape, view->shape, (size_t)s->first * sizeof *shape);
    shape[s->first] = run;
    memcpy(shape + s->first + 1, view->shape + s->first + s->count,
           (size_t)(view->ndim - s->first - s->count) * sizeof *shape);
    lt_status status = lt_reshape(joined, view, view->ndim - s->count + 1, shape);
    if (status != LT_OK)
        lt_release(index);
    return status;
}

/* ---- reading ---- */

static lt_status get_by_tensors(lt_tensor *out, lt_tensor *x, const spec *s) {
    lt_tensor view LT_EMPTY, joined LT_EMPTY, index LT_EMPTY;
    LT_TRY(lt_slice(&view, x, s->range));
    lt_status status = join_index(&index, &joined, s, &view);
    if (status == LT_OK)
        status = lt_index_select(out, &joined, s->first, &index);
    lt_release(&index);
    lt_release(&joined);
    lt_release(&view);
    return status;
}

static int get_by_one_tensor(lua_State *L, lt_tensor *x, lt_tensor *index) {
    if (x->ndim == 0)
        lb_error(L, "a 0-dimensional tensor has no elements to index");
    lt_tensor *out = lb_new(L);
    if (is_mask(index))
        LB_TRY(L, lt_masked_select(out, x, index));
    else
        LB_TRY(L, lt_index_select(out, x, 0, index));
    return lb_done(L, out);
}

int lb_get_index(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *index = lb_test(L, 2);
    if (index)
        return get_by_one_tensor(L, x, index);
    spec s;
    read_key(L, &s, x);
    if (s.count > 0) {
        lt_tensor *out = lb_new(L);
        LB_TRY(L, get_by_tensors(out, x, &s));
        return lb_done(L, out);
    }
    int64_t at = 0;
    bool element = !x->grad;
    for (int d = 0; d < x->ndim && element; d++) {
        element = s.range[d].drop;
        at += s.range[d].start * x->stride[d];
    }
    if (element) {
        lb_push_element(L, x, at);
        return 1;
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_slice(out, x, s.range));
    return lb_done(L, out);
}

/* ---- assigning ---- */

static lt_status put_joined(const spec *s, lt_tensor *view, lt_tensor *value) {
    lt_tensor joined LT_EMPTY, index LT_EMPTY;
    LT_TRY(join_index(&index, &joined, s, view));
    lt_status status = lt_index_put(&joined, s->first, &index, value, false);
    if (status == LT_OK && joined.storage != view->storage) { /* joining has copied */
        lt_tensor back LT_EMPTY;
        status = lt_reshape(&back, &joined, view->ndim, view->shape);
        if (status == LT_OK)
            status = lt_copy_into(view, &back);
        lt_release(&back);
    }
    lt_release(&index);
    lt_release(&joined);
    return status;
}

static lt_status set_by_spec(lt_tensor *x, const spec *s, lt_tensor *value) {
    lt_tensor view LT_EMPTY;
    LT_TRY(lt_slice(&view, x, s->range));
    lt_status status = s->count > 0 ? put_joined(s, &view, value) : lt_copy_into(&view, value);
    lt_release(&view);
    return status;
}

int lb_set_index(lua_State *L) {
    lt_tensor room, *x = lb_check(L, 1), *index = lb_test(L, 2);
    lt_tensor *value = lb_test_operand(L, 3, &room);
    if (!value)
        lb_error(L, "elements of a tensor are numbers or come from a tensor, not %s",
                 lb_typename(L, 3));
    LB_TRY(L, lt_check_writable(x, "assignment"));
    if (lt_recording() && value->grad)
        lb_error(L, "assignment: the value is on the graph and the assignment would not be "
                    "recorded; build the result with la.cat, la.stack or la.where");
    if (index && is_mask(index)) {
        LB_TRY(L, lt_masked_put(x, index, value));
    } else if (index) {
        LB_TRY(L, lt_index_put(x, 0, index, value, false));
    } else {
        spec s;
        read_key(L, &s, x);
        int64_t at = 0;
        bool element = s.count == 0 && value->numel == 1;
        for (int d = 0; d < x->ndim && element; d++) {
            element = s.range[d].drop;
            at += s.range[d].start * x->stride[d];
        }
        if (element && x->dtype == LT_INT64)
            lt_set_int(x, at, lt_get_int(value, 0));
        else if (element)
            lt_set_double(x, at, lt_get_double(value, 0));
        else
            LB_TRY(L, set_by_spec(x, &s, value));
    }
    lt_touch(x, "assignment");
    return 0;
}
