/* interrupt.h - Ctrl-C for engine loops.
 *
 * The application's signal handler calls lt_interrupt(); long loops look at lt_interrupted()
 * between blocks and give up with LT_EINTERRUPT. Whoever turns that status into an error for
 * the user calls lt_interrupt_clear(). */
#ifndef LT_INTERRUPT_H
#define LT_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

#include "tensor/status.h"

extern volatile sig_atomic_t lt_interrupt_flag;

/* Ask running engine loops to stop. Async-signal-safe. */
void lt_interrupt(void);

static inline bool lt_interrupted(void) {
    return lt_interrupt_flag != 0;
}

void lt_interrupt_clear(void);

/* LT_EINTERRUPT with its message if an interrupt is pending, LT_OK otherwise. */
lt_status lt_check_interrupt(void);

#endif
