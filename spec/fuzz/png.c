#include "io/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "target.h"

static uint32_t word(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Make the checksums of all chunks right, or nothing behind a changed byte would ever be read. */
static void repair(uint8_t *bytes, size_t n) {
    for (size_t at = 8; at + 12 <= n;) {
        uint32_t length = word(bytes + at);
        if (length > n - at - 12)
            return;
        uint32_t sum = (uint32_t)crc32(0, bytes + at + 4, length + 4);
        for (int i = 0; i < 4; i++)
            bytes[at + 8 + length + i] = (uint8_t)(sum >> (24 - 8 * i));
        at += 12 + (size_t)length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    lt_tensor t LT_EMPTY;
    uint8_t *copy = malloc(n + 1);
    memcpy(copy, bytes, n);
    repair(copy, n);
    if (lt_read_png(&t, fuzz_file(copy, n)) == LT_OK)
        lt_release(&t);
    free(copy);
    return 0;
}
