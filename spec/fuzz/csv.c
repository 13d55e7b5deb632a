#include "io/csv.h"
#include "target.h"

/* Every field of every record. */
static void walk(lt_csv *csv) {
    const lt_csv_field *fields;
    volatile char last;
    while (lt_csv_next(csv, &fields) == LT_OK && fields)
        for (int64_t i = 0; i < lt_csv_columns(csv); i++)
            if (fields[i].length > 0)
                last = fields[i].text[fields[i].length - 1];
    (void)last;
}

/* The first byte chooses the options. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    if (n == 0)
        return 0;
    lt_csv_options o = {
        .delimiter = ",;\t|"[bytes[0] & 3],
        .header = bytes[0] >> 2 & 1 ? LT_CSV_GUESS : LT_CSV_NO_HEADER,
        .dtype = bytes[0] >> 3 & 1 ? LT_FLOAT32 : LT_FLOAT64,
        .matrix = bytes[0] >> 4 & 1,
    };
    lt_csv *csv = NULL;
    if (lt_csv_open(&csv, fuzz_file(bytes + 1, n - 1), &o) != LT_OK)
        return 0;
    if (!o.matrix)
        walk(csv);
    lt_csv_close(csv);
    return 0;
}
