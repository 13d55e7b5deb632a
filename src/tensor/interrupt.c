#include "tensor/interrupt.h"

volatile sig_atomic_t lt_interrupt_flag = 0;

void lt_interrupt(void) {
    lt_interrupt_flag = 1;
}

void lt_interrupt_clear(void) {
    lt_interrupt_flag = 0;
}

lt_status lt_check_interrupt(void) {
    return lt_interrupted() ? lt_fail(LT_EINTERRUPT, "interrupted!") : LT_OK;
}
