#include "io/csv_write.h"

#include <locale.h>
#include <string.h>

#include "io/atomic_file.h"
#include "io/decimal.h"
#include "tensor/interrupt.h"
#include "tensor/progress.h"

static lt_status put(lt_atomic_file *f, const char *bytes, size_t n) {
    return fwrite(bytes, 1, n, f->file) == n ? LT_OK : lt_atomic_failed(f);
}

/* In quotes where it could be taken for something else without them. */
static lt_status put_text(lt_atomic_file *f, const char *text, char delimiter) {
    size_t n = strlen(text);
    bool plain = n > 0 && !strpbrk(text, "\"\r\n") && !strchr(text, delimiter) &&
                 !strchr(" \t", text[0]) && !strchr(" \t", text[n - 1]);
    if (plain)
        return put(f, text, n);
    LT_TRY(put(f, "\"", 1));
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
        LT_TRY(put(f, text, (size_t)(quote - text)));
        LT_TRY(put(f, "\"\"", 2));
    }
    LT_TRY(put(f, text, strlen(text)));
    return put(f, "\"", 1);
}

static lt_status put_number(lt_atomic_file *f, const lt_tensor *t, int64_t row) {
    char text[LT_DECIMAL_MAX];
    int64_t at = row * t->stride[0];
    int n;
    if (t->dtype == LT_FLOAT32)
        n = lt_format_float(text, (float)lt_get_double(t, at));
    else if (t->dtype == LT_FLOAT64)
        n = lt_format_double(text, lt_get_double(t, at));
    else
        n = snprintf(text, sizeof text, "%lld", (long long)lt_get_int(t, at));
    return put(f, text, (size_t)n);
}

static lt_status write_table(lt_atomic_file *f, int64_t rows, int64_t columns,
                             const lt_csv_column *column, char delimiter, lt_progress *p) {
    /* The header is row -1. */
    for (int64_t row = columns > 0 && column[0].name ? -1 : 0; row < rows; row++) {
        LT_TRY(lt_check_interrupt());
        if (row % 1024 == 0)
            lt_progress_step(p, row);
        for (int64_t i = 0; i < columns; i++) {
            const lt_csv_column *c = &column[i];
            if (i > 0)
                LT_TRY(put(f, &delimiter, 1));
            if (row < 0)
                LT_TRY(put_text(f, c->name, delimiter));
            else if (c->numbers)
                LT_TRY(put_number(f, c->numbers, row));
            else
                LT_TRY(put_text(f, c->texts[row], delimiter));
        }
        LT_TRY(put(f, "\n", 1));
    }
    return LT_OK;
}

lt_status lt_write_csv(const char *path, int64_t rows, int64_t columns, const lt_csv_column *column,
                       char delimiter) {
    lt_atomic_file f;
    LT_TRY(lt_atomic_open(&f, path));
    /* Numbers have points, whatever the locale. */
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    lt_progress p = lt_progress_begin("writing", rows);
    lt_status status = plain ? write_table(&f, rows, columns, column, delimiter, &p)
                             : lt_fail(LT_ENOMEM, "%s: out of memory", path);
    lt_progress_end(&p);
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    return lt_atomic_close(&f, status);
}
