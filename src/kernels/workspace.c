#include "kernels/workspace.h"

#include <omp.h>

#include "kernels/parallel.h"
#include "tensor/alloc.h"

bool lt_workspace_take(lt_workspace *w, size_t bytes) {
    w->each = lt_workspace_room(bytes);
    w->bytes = w->each * (size_t)lt_num_threads();
    w->base = lt_alloc(w->bytes);
    return w->base != NULL;
}

void *lt_workspace_mine(const lt_workspace *w) {
    return w->base + w->each * (size_t)omp_get_thread_num();
}

void lt_workspace_drop(lt_workspace *w) {
    lt_free(w->base, w->bytes);
    w->base = NULL;
}
