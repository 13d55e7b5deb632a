/* Calls the target with each file that is named on the command line: for compilers without
 * libFuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "target.h"

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        static uint8_t bytes[1 << 20];
        size_t n = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        LLVMFuzzerTestOneInput(bytes, n);
    }
    printf("%d files\n", argc - 1);
    return 0;
}
