#include "io/jpeg.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    lt_tensor t LT_EMPTY;
    if (lt_read_jpeg(&t, fuzz_file(bytes, n)) == LT_OK)
        lt_release(&t);
    return 0;
}
