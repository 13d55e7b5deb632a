#include "io/npz.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    lt_archive *a = NULL;
    if (lt_npz_open(&a, fuzz_file(bytes, n)) != LT_OK)
        return 0;
    for (int64_t i = 0; i < a->count; i++) {
        lt_tensor t LT_EMPTY;
        if (lt_archive_read(a, i, &t) == LT_OK)
            lt_release(&t);
    }
    lt_archive_close(a);
    return 0;
}
