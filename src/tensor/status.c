#include "tensor/status.h"

#include <stdarg.h>
#include <stdio.h>

static char message[1024];

lt_status lt_fail(lt_status code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return code;
}

const char *lt_last_error(void) {
    return message;
}
