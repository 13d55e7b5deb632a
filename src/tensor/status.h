/* status.h - how engine functions report failure.
 *
 * A function that can fail returns an lt_status; the words for a person wait in lt_last_error().
 * A failed call leaves its operands unchanged and its results empty. */
#ifndef LT_STATUS_H
#define LT_STATUS_H

typedef enum lt_status {
    LT_OK = 0,
    LT_EINVAL,     /* the caller's arguments do not fit */
    LT_ENOMEM,     /* no memory; may succeed after a garbage collection */
    LT_EINTERRUPT, /* lt_interrupt() was called while the function ran */
    LT_EIO,        /* a file or the system failed */
} lt_status;

/* Store the message for lt_last_error() and return `code`, for `return lt_fail(...)`. */
lt_status lt_fail(lt_status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Message of the last failure; valid until the next one. */
const char *lt_last_error(void);

/* Pass a failure on to the caller. */
#define LT_TRY(call)                                                                               \
    do {                                                                                           \
        lt_status lt_try_status = (call);                                                          \
        if (lt_try_status != LT_OK)                                                                \
            return lt_try_status;                                                                  \
    } while (0)

#endif
