/* target.h - what the fuzzed readers share: the input as a file. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Put the input into a file in memory; returns its path. */
const char *fuzz_file(const uint8_t *bytes, size_t n);

/* What libFuzzer, or the driver, calls. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#endif
