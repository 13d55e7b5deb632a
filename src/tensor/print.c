#include "tensor/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/node.h"

static lt_print_options current = {.precision = 4, .threshold = 1000, .edge_items = 3, .width = 80};

lt_print_options lt_get_print_options(void) {
    return current;
}

lt_status lt_set_print_options(lt_print_options options) {
    if (options.precision < 0 || options.precision > 17)
        return lt_fail(LT_EINVAL, "set_print_options: precision must be 0 to 17, not %d",
                       options.precision);
    if (options.threshold < 0)
        return lt_fail(LT_EINVAL, "set_print_options: threshold must not be negative");
    if (options.edge_items < 1 || options.edge_items > 1000000)
        return lt_fail(LT_EINVAL, "set_print_options: edge_items must be 1 to 1000000");
    if (options.width < 20)
        return lt_fail(LT_EINVAL, "set_print_options: width must be at least 20, not %d",
                       options.width);
    current = options;
    return LT_OK;
}

/* ---- a buffer that grows ---- */

typedef struct text {
    char *data;
    size_t length, room;
    bool failed; /* no memory: what follows is dropped */
} text;

static bool text_reserve(text *t, size_t more) {
    if (t->failed)
        return false;
    if (t->length + more < t->room)
        return true;
    size_t room = (t->length + more + 1) * 2;
    char *data = realloc(t->data, room);
    if (!data) {
        t->failed = true;
        return false;
    }
    t->data = data;
    t->room = room;
    return true;
}

__attribute__((format(printf, 2, 3))) static void text_add(text *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int need = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (need < 0 || !text_reserve(t, (size_t)need))
        return;
    va_start(arguments, format);
    t->length += (size_t)vsnprintf(t->data + t->length, (size_t)need + 1, format, arguments);
    va_end(arguments);
}

/* ---- which elements are shown ---- */

typedef struct shown {
    int64_t edge;               /* items at either end of an abridged dimension */
    int64_t count[LT_MAX_DIMS]; /* positions shown in each dimension */
    bool cut[LT_MAX_DIMS];      /* some are left out after the first `edge` */
} shown;

static shown choose_shown(const lt_tensor *t) {
    shown s = {.edge = current.edge_items};
    for (int d = 0; d < t->ndim; d++) {
        s.cut[d] = t->numel > current.threshold && t->shape[d] > 2 * s.edge;
        s.count[d] = s.cut[d] ? 2 * s.edge : t->shape[d];
    }
    return s;
}

/* Index in dimension d of the position-th shown. */
static int64_t shown_index(const shown *s, const lt_tensor *t, int d, int64_t position) {
    return s->cut[d] && position >= s->edge ? t->shape[d] - s->count[d] + position : position;
}

/* Step to the next shown element: positions[] counts up from the last dimension. */
static bool shown_next(const shown *s, int ndim, int64_t *positions) {
    for (int d = ndim - 1; d >= 0; d--) {
        if (++positions[d] < s->count[d])
            return true;
        positions[d] = 0;
    }
    return false;
}

static int64_t shown_offset(const shown *s, const lt_tensor *t, const int64_t *positions) {
    int64_t offset = 0;
    for (int d = 0; d < t->ndim; d++)
        offset += shown_index(s, t, d, positions[d]) * t->stride[d];
    return offset;
}

/* ---- the number format ---- */

typedef enum { WHOLE, FIXED, SCIENTIFIC } notation;

typedef struct number_format {
    notation form; /* of floats */
    int width;     /* of the widest element shown */
} number_format;

enum { NUMBER_SIZE = 512 }; /* the largest double written out with 17 digits after the point */

static int put_number(char *buffer, const lt_tensor *t, int64_t offset, notation form) {
    if (t->dtype == LT_BOOL)
        return snprintf(buffer, NUMBER_SIZE, lt_get_int(t, offset) ? "true" : "false");
    if (!lt_dtype_is_float((lt_dtype)t->dtype))
        return snprintf(buffer, NUMBER_SIZE, "%" PRId64, lt_get_int(t, offset));
    double v = lt_get_double(t, offset);
    if (isnan(v))
        return snprintf(buffer, NUMBER_SIZE, "nan");
    if (isinf(v))
        return snprintf(buffer, NUMBER_SIZE, v < 0 ? "-inf" : "inf");
    if (form == WHOLE)
        return snprintf(buffer, NUMBER_SIZE, "%.0f.", v);
    return snprintf(buffer, NUMBER_SIZE, form == FIXED ? "%.*f" : "%.*e", current.precision, v);
}

/* Whole numbers print as `1.`. An exponent appears where the fixed form would grow long, or would
 * hide a number that is not zero. */
static notation choose_notation(const lt_tensor *t, const shown *s) {
    double largest = 0, smallest = INFINITY;
    bool whole = true;
    int64_t positions[LT_MAX_DIMS] = {0};
    do {
        double v = fabs(lt_get_double(t, shown_offset(s, t, positions)));
        if (!isfinite(v) || v == 0)
            continue;
        largest = fmax(largest, v);
        smallest = fmin(smallest, v);
        whole = whole && v == floor(v);
    } while (shown_next(s, t->ndim, positions));
    if (largest >= 1e8 || smallest < pow(10, -current.precision))
        return SCIENTIFIC;
    return whole ? WHOLE : FIXED;
}

static number_format choose_format(const lt_tensor *t, const shown *s) {
    number_format format = {WHOLE, 0};
    char buffer[NUMBER_SIZE];
    int64_t positions[LT_MAX_DIMS] = {0};
    if (lt_dtype_is_float((lt_dtype)t->dtype))
        format.form = choose_notation(t, s);
    do {
        int width = put_number(buffer, t, shown_offset(s, t, positions), format.form);
        if (width > format.width)
            format.width = width;
    } while (shown_next(s, t->ndim, positions));
    return format;
}

/* ---- layout ---- */

typedef struct page {
    text text;
    const lt_tensor *t;
    shown shown;
    number_format format;
    int64_t positions[LT_MAX_DIMS]; /* of the matrix being printed, then of its elements */
} page;

static void put_element(page *p) {
    char buffer[NUMBER_SIZE];
    int64_t offset = shown_offset(&p->shown, p->t, p->positions);
    put_number(buffer, p->t, offset, p->format.form);
    text_add(&p->text, "  %*s", p->format.width, buffer);
}

/* Positions from..to-1 of the last dimension, on one line. */
static void put_row(page *p, int64_t from, int64_t to) {
    int d = p->t->ndim - 1;
    text_add(&p->text, "\n");
    for (p->positions[d] = from; p->positions[d] < to; p->positions[d]++) {
        if (p->shown.cut[d] && p->positions[d] == p->shown.edge)
            text_add(&p->text, "  ...");
        put_element(p);
    }
    p->positions[d] = 0;
}

/* How many positions of the last dimension fit on a line. */
static int64_t columns_per_line(const page *p) {
    int d = p->t->ndim - 1;
    int64_t room = current.width - (p->shown.cut[d] ? 5 : 0);
    int64_t fit = room / (p->format.width + 2);
    return fit < 1 ? 1 : fit;
}

static void put_vector(page *p) {
    int64_t count = p->shown.count[0], fit = columns_per_line(p);
    for (int64_t from = 0; from < count; from += fit)
        put_row(p, from, from + fit < count ? from + fit : count);
}

/* The last two dimensions; a matrix wider than the line as groups of columns. */
static void put_matrix(page *p) {
    int rows = p->t->ndim - 2, columns = p->t->ndim - 1;
    int64_t count = p->shown.count[columns], fit = columns_per_line(p);
    for (int64_t from = 0; from < count; from += fit) {
        int64_t to = from + fit < count ? from + fit : count;
        if (fit < count)
            text_add(&p->text, "\n columns %" PRId64 " to %" PRId64 ":",
                     shown_index(&p->shown, p->t, columns, from) + 1,
                     shown_index(&p->shown, p->t, columns, to - 1) + 1);
        for (int64_t row = 0; row < p->shown.count[rows]; row++) {
            if (p->shown.cut[rows] && row == p->shown.edge)
                text_add(&p->text, "\n  ...");
            p->positions[rows] = row;
            put_row(p, from, to);
        }
    }
    p->positions[rows] = 0;
}

/* Three and more dimensions: each matrix under the indices that a script would write. */
static void put_slices(page *p) {
    int outer = p->t->ndim - 2;
    do {
        for (int d = 0; d < outer; d++) {
            bool first = true; /* every dimension after d is at its beginning */
            for (int e = d + 1; e < outer; e++)
                first = first && p->positions[e] == 0;
            if (first && p->shown.cut[d] && p->positions[d] == p->shown.edge)
                text_add(&p->text, "\n...");
        }
        for (int d = 0; d < outer; d++)
            text_add(&p->text, d == 0 ? "\n[%" PRId64 : ", %" PRId64,
                     shown_index(&p->shown, p->t, d, p->positions[d]) + 1);
        text_add(&p->text, "]");
        put_matrix(p);
    } while (shown_next(&p->shown, outer, p->positions));
}

static void put_header(page *p) {
    const lt_tensor *t = p->t;
    text_add(&p->text, "tensor %s %s", lt_dtype_name((lt_dtype)t->dtype), lt_shape_of(t));
    if (t->grad && t->grad->node)
        text_add(&p->text, " grad_fn = %s", t->grad->node->name);
    else if (t->grad)
        text_add(&p->text, " requires_grad");
}

char *lt_to_text(const lt_tensor *t, size_t *length) {
    page p = {.t = t};
    put_header(&p);
    if (t->numel > 0) {
        p.shown = choose_shown(t);
        p.format = choose_format(t, &p.shown);
        if (t->ndim == 0)
            put_element(&p);
        else if (t->ndim == 1)
            put_vector(&p);
        else if (t->ndim == 2)
            put_matrix(&p);
        else
            put_slices(&p);
    }
    if (p.text.failed) {
        free(p.text.data);
        return NULL;
    }
    if (length)
        *length = p.text.length;
    return p.text.data;
}
