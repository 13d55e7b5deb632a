#include "io/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv_field.h"
#include "io/decimal.h"
#include "io/reader.h"
#include "kernels/parallel.h"
#include "tensor/interrupt.h"

#define CHUNK ((ptrdiff_t)1 << 18) /* bytes that one thread parses at a time, about */

/* Some records in a row. */
typedef struct chunk {
    const char *begin;
    int64_t first_row;
    const char *error; /* where its first bad record begins, or NULL */
} chunk;

struct lt_csv {
    char *path, *bytes;
    const char *end; /* of bytes; a zero byte stands there */
    lt_csv_options options;
    int64_t rows, columns;
    lt_csv_field *names; /* [columns] of the header, or NULL */
    char *name_text;     /* what they point to */
    chunk *chunks;       /* [chunk_count + 1]: the last one stands for the end */
    int64_t chunk_count;
    lt_tensor matrix;  /* [rows, columns] */
    lt_tensor *column; /* [columns] of [rows] */
    bool *is_text;     /* [columns] */
    char **first;      /* [columns] where the number of the first row goes */
    int64_t step;      /* bytes from there to that of the next row */
    /* the record of lt_csv_next */
    const char *at;
    lt_csv_field *fields; /* [columns] */
    char *scratch;        /* texts of fields with doubled quotes */
    size_t scratch_room;
};

/* ---- failures ---- */

static long long line_of(const lt_csv *csv, const char *p) {
    long long line = 1;
    for (const char *q = csv->bytes; (q = memchr(q, '\n', (size_t)(p - q))) && q < p; q++)
        line++;
    return line;
}

static lt_status bad_quotes(const lt_csv *csv, const char *record) {
    return lt_fail(LT_EIO,
                   "%s: line %lld: a quoted field does not end with a quote before a delimiter",
                   csv->path, line_of(csv, record));
}

/* Say what is wrong with a record that a thread could not take. */
static lt_status bad_record(const lt_csv *csv, const char *record) {
    char delimiter = csv->options.delimiter;
    lt_raw_field f;
    int64_t fields = 0;
    for (const char *p = record;; p++) {
        p = lt_csv_scan_field(p, csv->end, delimiter, &f);
        if (!p)
            return bad_quotes(csv, record);
        fields++;
        if (csv->options.matrix && fields <= csv->columns && !lt_csv_missing(&f) &&
            !lt_csv_number(&f))
            return lt_fail(LT_EIO, "%s: line %lld, column %lld: '%.*s' is not a number", csv->path,
                           line_of(csv, record), (long long)fields,
                           f.length > 40 ? 40 : (int)f.length, f.text);
        if (lt_csv_at_line_end(p, csv->end))
            break;
    }
    return lt_fail(LT_EIO, "%s: line %lld has %lld field%s, the first record has %lld", csv->path,
                   line_of(csv, record), (long long)fields, fields == 1 ? "" : "s",
                   (long long)csv->columns);
}

/* ---- finding the records ---- */

static lt_status add_chunk(lt_csv *csv, const char *begin, int64_t *room) {
    if (csv->chunk_count == *room) {
        int64_t more = *room * 2 + 16;
        chunk *grown = realloc(csv->chunks, (size_t)more * sizeof *grown);
        if (!grown)
            return lt_fail(LT_ENOMEM, "%s: out of memory", csv->path);
        csv->chunks = grown;
        *room = more;
    }
    csv->chunks[csv->chunk_count++] = (chunk){.begin = begin, .first_row = csv->rows};
    return LT_OK;
}

/* Count the records from p on and cut them into chunks. Lines before the first quote are records
 * as they stand; the others are read field by field. */
static lt_status find_records(lt_csv *csv, const char *p) {
    const char *end = csv->end, *quote = memchr(p, '"', (size_t)(end - p)), *next_chunk = p;
    int64_t room = 0;
    csv->rows = 0;
    for (;;) {
        p = lt_csv_skip_empty(p, end, csv->options.delimiter);
        if (p >= next_chunk || p == end) {
            LT_TRY(lt_check_interrupt());
            LT_TRY(add_chunk(csv, p, &room));
            next_chunk = p + CHUNK;
        }
        if (p == end)
            break;
        const char *next = lt_csv_next_line(p, end);
        if (quote && next > quote) {
            next = lt_csv_skip_record(p, end, csv->options.delimiter);
            if (!next)
                return bad_quotes(csv, p);
            quote = memchr(next, '"', (size_t)(end - next));
        }
        p = next;
        csv->rows++;
    }
    csv->chunk_count--;
    return LT_OK;
}

/* ---- numbers ---- */

static inline const char *parse_number(lt_dtype dtype, const char *p, void *to) {
    return dtype == LT_FLOAT32 ? lt_parse_float(p, to) : lt_parse_double(p, to);
}

static void store(lt_dtype dtype, double value, void *to) {
    if (dtype == LT_FLOAT32)
        *(float *)to = (float)value;
    else
        *(double *)to = value;
}

/* A field that is not simply a number. False if it is an error. */
static bool store_special(lt_csv *csv, const lt_raw_field *f, int64_t column, void *to) {
    lt_dtype dtype = csv->options.dtype;
    bool negative;
    if (f->quoted && parse_number(dtype, f->text, to) == f->text + f->length)
        return true;
    if (lt_csv_infinite(f, &negative)) {
        store(dtype, negative ? -INFINITY : INFINITY, to);
        return true;
    }
    store(dtype, NAN, to);
    if (lt_csv_missing(f))
        return true;
    if (csv->options.matrix)
        return false;
    __atomic_store_n(&csv->is_text[column], true, __ATOMIC_RELAXED);
    return true;
}

/* One record; returns where the next line begins, or NULL on an error. */
static const char *parse_record(lt_csv *csv, const char *p, int64_t row) {
    const char *end = csv->end;
    char delimiter = csv->options.delimiter;
    for (int64_t column = 0; column < csv->columns; column++) {
        void *to = csv->first[column] + row * csv->step;
        const char *begin = lt_csv_skip_blanks(p, end, delimiter);
        const char *q = parse_number(csv->options.dtype, begin, to);
        if (q)
            q = lt_csv_skip_blanks(q, end, delimiter);
        if (!q || !(*q == delimiter || lt_csv_at_line_end(q, end))) {
            lt_raw_field f;
            q = lt_csv_scan_field(p, end, delimiter, &f);
            if (!q || !store_special(csv, &f, column, to))
                return NULL;
        }
        bool last = column + 1 == csv->columns;
        if (last != lt_csv_at_line_end(q, end))
            return NULL;
        p = q + 1;
    }
    return lt_csv_next_line(p - 1, end);
}

static void parse_chunk(void *context, int64_t begin, int64_t end, int64_t index) {
    (void)index;
    lt_csv *csv = context;
    for (int64_t i = begin; i < end; i++) {
        chunk *c = &csv->chunks[i];
        const char *p = c->begin;
        for (int64_t row = c->first_row; row < c[1].first_row; row++) {
            const char *record = lt_csv_skip_empty(p, csv->end, csv->options.delimiter);
            p = parse_record(csv, record, row);
            if (!p) {
                c->error = record;
                break;
            }
        }
    }
}

static lt_status parse_numbers(lt_csv *csv) {
    if (!lt_parallel(csv->chunk_count, 1, parse_chunk, csv))
        return lt_check_interrupt();
    for (int64_t i = 0; i < csv->chunk_count; i++)
        if (csv->chunks[i].error)
            return bad_record(csv, csv->chunks[i].error);
    return LT_OK;
}

/* ---- opening ---- */

/* A field takes a byte at least, if only for what ends it: more fields than bytes cannot be. Find
 * the record that is too short before memory is taken for it. */
static lt_status check_claim(lt_csv *csv, const char *body) {
    int64_t bytes = csv->end - csv->bytes + 1;
    if (csv->rows <= bytes / csv->columns)
        return LT_OK;
    const char *p = body;
    for (;;) {
        p = lt_csv_skip_empty(p, csv->end, csv->options.delimiter);
        const char *record = p;
        lt_raw_field f;
        int64_t fields = 1;
        while ((p = lt_csv_scan_field(p, csv->end, csv->options.delimiter, &f)) &&
               !lt_csv_at_line_end(p, csv->end))
            p++, fields++;
        if (!p || fields != csv->columns)
            return bad_record(csv, record);
        p = lt_csv_next_line(p, csv->end);
    }
}

static lt_status allocate(lt_csv *csv) {
    int64_t shape[2] = {csv->rows, csv->columns}, n = csv->columns;
    int64_t size = (int64_t)lt_dtype_size(csv->options.dtype);
    csv->first = calloc((size_t)n, sizeof *csv->first);
    csv->is_text = calloc((size_t)n, sizeof *csv->is_text);
    csv->column = calloc((size_t)n, sizeof *csv->column);
    csv->fields = calloc((size_t)n, sizeof *csv->fields);
    if (!csv->first || !csv->is_text || !csv->column || !csv->fields)
        return lt_fail(LT_ENOMEM, "%s: out of memory", csv->path);
    if (csv->options.matrix)
        LT_TRY(lt_empty(&csv->matrix, csv->options.dtype, 2, shape));
    for (int64_t i = 0; i < n; i++) {
        if (!csv->options.matrix)
            LT_TRY(lt_empty(&csv->column[i], csv->options.dtype, 1, shape));
        csv->first[i] = csv->options.matrix ? (char *)lt_data(&csv->matrix) + i * size
                                            : lt_data(&csv->column[i]);
    }
    csv->step = csv->options.matrix ? n * size : size;
    return LT_OK;
}

/* Count the first record's fields and see whether it can be a header. */
static lt_status look_at_first(lt_csv *csv, const char *record, bool *is_header) {
    lt_raw_field f;
    *is_header = false;
    for (const char *p = record;; p++) {
        p = lt_csv_scan_field(p, csv->end, csv->options.delimiter, &f);
        if (!p)
            return bad_quotes(csv, record);
        csv->columns++;
        *is_header = *is_header || !(lt_csv_missing(&f) || lt_csv_number(&f));
        if (lt_csv_at_line_end(p, csv->end))
            break;
    }
    if (csv->options.header != LT_CSV_GUESS)
        *is_header = csv->options.header == LT_CSV_HEADER;
    return LT_OK;
}

static lt_status read_names(lt_csv *csv, const char *record, const char *next) {
    csv->names = calloc((size_t)csv->columns, sizeof *csv->names);
    csv->name_text = malloc((size_t)(next - record) + 1);
    if (!csv->names || !csv->name_text)
        return lt_fail(LT_ENOMEM, "%s: out of memory", csv->path);
    char *to = csv->name_text;
    lt_raw_field f;
    for (int64_t i = 0; i < csv->columns; i++) {
        record = lt_csv_scan_field(record, csv->end, csv->options.delimiter, &f) + 1;
        csv->names[i].text = to;
        to = lt_csv_unquote(to, &f);
        csv->names[i].length = (size_t)(to - csv->names[i].text);
    }
    return LT_OK;
}

static lt_status read_table(lt_csv *csv) {
    size_t size;
    LT_TRY(lt_read_file(csv->path, &csv->bytes, &size));
    csv->end = csv->bytes + size;
    const char *body = csv->bytes;
    if (strncmp(body, "\xef\xbb\xbf", 3) == 0)
        body += 3; /* a mark that some programs put before UTF-8 */
    body = lt_csv_skip_empty(body, csv->end, csv->options.delimiter);
    if (body == csv->end)
        return lt_fail(LT_EIO, "%s: has no records", csv->path);
    bool is_header;
    LT_TRY(look_at_first(csv, body, &is_header));
    if (is_header) {
        const char *next = lt_csv_skip_record(body, csv->end, csv->options.delimiter);
        LT_TRY(read_names(csv, body, next));
        body = next;
    }
    csv->at = body;
    LT_TRY(find_records(csv, body));
    LT_TRY(check_claim(csv, body));
    LT_TRY(allocate(csv));
    return parse_numbers(csv);
}

lt_status lt_csv_open(lt_csv **out, const char *path, const lt_csv_options *options) {
    lt_csv *csv = calloc(1, sizeof *csv);
    if (!csv || !(csv->path = strdup(path))) {
        free(csv);
        return lt_fail(LT_ENOMEM, "%s: out of memory", path);
    }
    csv->options = *options;
    lt_status status = read_table(csv);
    if (status == LT_OK)
        *out = csv;
    else
        lt_csv_close(csv);
    return status;
}

void lt_csv_close(lt_csv *csv) {
    if (!csv)
        return;
    lt_release(&csv->matrix);
    for (int64_t i = 0; csv->column && i < csv->columns; i++)
        lt_release(&csv->column[i]);
    free(csv->column);
    free(csv->first);
    free(csv->is_text);
    free(csv->fields);
    free(csv->scratch);
    free(csv->chunks);
    free(csv->names);
    free(csv->name_text);
    free(csv->bytes);
    free(csv->path);
    free(csv);
}

/* ---- looking at an open file ---- */

int64_t lt_csv_rows(const lt_csv *csv) {
    return csv->rows;
}

int64_t lt_csv_columns(const lt_csv *csv) {
    return csv->columns;
}

const lt_csv_field *lt_csv_names(const lt_csv *csv) {
    return csv->names;
}

void lt_csv_take_matrix(lt_csv *csv, lt_tensor *out) {
    lt_move(out, &csv->matrix);
}

void lt_csv_take_column(lt_csv *csv, int64_t column, lt_tensor *out) {
    lt_move(out, &csv->column[column]);
}

bool lt_csv_is_text(const lt_csv *csv, int64_t column) {
    return csv->is_text[column];
}

static lt_status make_scratch(lt_csv *csv, size_t room) {
    if (room <= csv->scratch_room)
        return LT_OK;
    char *grown = realloc(csv->scratch, room);
    if (!grown)
        return lt_fail(LT_ENOMEM, "%s: out of memory", csv->path);
    csv->scratch = grown;
    csv->scratch_room = room;
    return LT_OK;
}

/* The records have been parsed once: each has its fields, and quotes that match. */
lt_status lt_csv_next(lt_csv *csv, const lt_csv_field **fields) {
    char delimiter = csv->options.delimiter;
    *fields = NULL;
    const char *p = lt_csv_skip_empty(csv->at, csv->end, delimiter);
    if (p == csv->end)
        return LT_OK;
    const char *next = lt_csv_skip_record(p, csv->end, delimiter);
    LT_TRY(make_scratch(csv, (size_t)(next - p)));
    char *to = csv->scratch;
    for (int64_t i = 0; i < csv->columns; i++) {
        lt_raw_field f;
        p = lt_csv_scan_field(p, csv->end, delimiter, &f) + 1;
        csv->fields[i] = (lt_csv_field){f.text, f.length};
        if (f.doubled) {
            csv->fields[i].text = to;
            to = lt_csv_unquote(to, &f);
            csv->fields[i].length = (size_t)(to - csv->fields[i].text);
        }
    }
    csv->at = next;
    *fields = csv->fields;
    return LT_OK;
}
