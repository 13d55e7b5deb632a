#include "kernels/map.h"

#include "kernels/convert.h"
#include "kernels/parallel.h"
#include "kernels/stream.h"
#include "tensor/alloc.h"

enum {
    BLOCK = 512,  /* elements that a buffer holds: the buffers fit the first-level cache */
    SHORT = 128,  /* elements of a result on its way past the cache */
    AHEAD = 1024, /* elements after them, whose memory is asked for in the meantime */
};

static void swap_dims(lt_map *m, int a, int b) {
#define SWAP(v) (t = (v)[a], (v)[a] = (v)[b], (v)[b] = t)
    int64_t t;
    SWAP(m->shape);
    SWAP(m->out.stride);
    for (int k = 0; k < m->inputs; k++)
        SWAP(m->in[k].stride);
#undef SWAP
}

static int64_t magnitude(int64_t x) {
    return x < 0 ? -x : x;
}

/* Dimension a steps further than b: it belongs outside. */
static bool steps_further(const lt_map *m, int a, int b) {
    int64_t x = magnitude(m->out.stride[a]), y = magnitude(m->out.stride[b]);
    if (x != y || m->inputs == 0)
        return x > y;
    return magnitude(m->in[0].stride[a]) > magnitude(m->in[0].stride[b]);
}

static bool can_join(const lt_map *m, int outer, int inner) {
    int64_t n = m->shape[inner];
    if (m->out.stride[outer] != m->out.stride[inner] * n)
        return false;
    for (int k = 0; k < m->inputs; k++)
        if (m->in[k].stride[outer] != m->in[k].stride[inner] * n)
            return false;
    return true;
}

static void copy_dim(lt_map *m, int to, int from) {
    m->shape[to] = m->shape[from];
    m->out.stride[to] = m->out.stride[from];
    for (int k = 0; k < m->inputs; k++)
        m->in[k].stride[to] = m->in[k].stride[from];
}

/* Drop dimensions of size 1, order the rest by the output's strides and join neighbours that
 * are one run in memory. At least one dimension remains. */
static void fold_dims(lt_map *m) {
    int n = 0;
    for (int d = 0; d < m->ndim; d++)
        if (m->shape[d] != 1)
            copy_dim(m, n++, d);
    for (int i = 1; i < n; i++)
        for (int j = i; j > 0 && steps_further(m, j, j - 1); j--)
            swap_dims(m, j, j - 1);
    int joined = 0;
    for (int d = 1; d < n; d++) {
        if (can_join(m, joined, d)) {
            int64_t run = m->shape[joined] * m->shape[d];
            copy_dim(m, joined, d);
            m->shape[joined] = run;
        } else {
            copy_dim(m, ++joined, d);
        }
    }
    m->ndim = joined + 1;
    if (n == 0) {
        m->shape[0] = 1;
        m->out.stride[0] = (int64_t)lt_dtype_size(m->out.dtype);
        for (int k = 0; k < m->inputs; k++)
            m->in[k].stride[0] = (int64_t)lt_dtype_size(m->in[k].dtype);
    }
}

static bool is_dense(const lt_map_array *a, int64_t stride) {
    return a->dtype == a->kernel && stride == (int64_t)lt_dtype_size(a->dtype);
}

/* The processor's own look-ahead begins anew with each page of memory. */
static void ask_ahead(const char *source, int64_t len, int64_t size) {
    for (int64_t i = 0; i < len * size; i += LT_ALIGNMENT)
        __builtin_prefetch(source + AHEAD * size + i);
}

/* A row of a dense result that goes past the cache, by way of a block that stays in it. The last
 * block takes up what is left, so that the kernel's loop ends where it would over the whole. */
static void run_streamed(const lt_map *m, int64_t n, char *out, char *const *in) {
    double block[2 * SHORT];
    int64_t size = (int64_t)lt_dtype_size(m->out.dtype), len;
    for (int64_t at = 0; at < n; at += len) {
        const void *source[LT_MAP_INPUTS];
        len = n - at < 2 * SHORT ? n - at : SHORT;
        for (int k = 0; k < m->inputs; k++) {
            int64_t in_size = (int64_t)lt_dtype_size(m->in[k].dtype);
            source[k] = in[k] + at * in_size;
            ask_ahead(source[k], len, in_size);
        }
        m->kernel(len, block, source, m->p);
        lt_stream(out + at * size, block, len * size);
    }
}

/* A copied row of a dense result that goes past the cache. */
static void stream_copy(const lt_map *m, int64_t n, char *out, const char *in) {
    double block[BLOCK];
    int64_t size = (int64_t)lt_dtype_size(m->out.dtype), stride = m->in[0].stride[m->ndim - 1];
    if (m->in[0].dtype == m->out.dtype && stride == size) {
        lt_stream(out, in, n * size);
        return;
    }
    for (int64_t at = 0; at < n; at += BLOCK) {
        int64_t len = n - at < BLOCK ? n - at : BLOCK;
        lt_convert(len, block, m->out.dtype, size, in + at * stride, m->in[0].dtype, stride);
        lt_stream(out + at * size, block, len * size);
    }
}

/* A row whose arrays are not all dense, block by block through buffers. */
static void run_buffered(const lt_map *m, int64_t n, char *out, char *const *in) {
    double buffer[LT_MAP_INPUTS + 1][BLOCK];
    int inner = m->ndim - 1;
    const void *source[LT_MAP_INPUTS];
    bool filled[LT_MAP_INPUTS] = {false};
    bool out_dense = is_dense(&m->out, m->out.stride[inner]);
    for (int64_t at = 0; at < n; at += BLOCK) {
        int64_t len = n - at < BLOCK ? n - at : BLOCK;
        for (int k = 0; k < m->inputs; k++) {
            const lt_map_array *a = &m->in[k];
            int64_t stride = a->stride[inner];
            source[k] = in[k] + at * stride;
            if (is_dense(a, stride)) {
                if (m->stream)
                    ask_ahead(source[k], len, stride);
                continue;
            }
            if (!filled[k])
                lt_convert(len, buffer[k], a->kernel, (int64_t)lt_dtype_size(a->kernel), source[k],
                           a->dtype, stride);
            filled[k] = stride == 0;
            source[k] = buffer[k];
        }
        char *target = out + at * m->out.stride[inner];
        bool direct = out_dense && !m->stream;
        m->kernel(len, direct ? (void *)target : buffer[LT_MAP_INPUTS], source, m->p);
        if (out_dense && m->stream)
            lt_stream(target, buffer[LT_MAP_INPUTS], len * m->out.stride[inner]);
        else if (!out_dense)
            lt_convert(len, target, m->out.dtype, m->out.stride[inner], buffer[LT_MAP_INPUTS],
                       m->out.kernel, (int64_t)lt_dtype_size(m->out.kernel));
    }
}

static void run_row(const lt_map *m, int64_t n, char *out, char *const *in) {
    int inner = m->ndim - 1;
    if (!m->kernel && m->stream) {
        stream_copy(m, n, out, in[0]);
        return;
    }
    if (!m->kernel) {
        lt_convert(n, out, m->out.dtype, m->out.stride[inner], in[0], m->in[0].dtype,
                   m->in[0].stride[inner]);
        return;
    }
    bool dense = is_dense(&m->out, m->out.stride[inner]);
    for (int k = 0; dense && k < m->inputs; k++)
        dense = is_dense(&m->in[k], m->in[k].stride[inner]);
    if (dense && m->stream)
        run_streamed(m, n, out, in);
    else if (dense)
        m->kernel(n, out, (const void *const *)in, m->p);
    else
        run_buffered(m, n, out, in);
}

/* Elements [begin, end) in the order of the folded dimensions: cut into rows. */
static void run_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_map *m = context;
    int inner = m->ndim - 1;
    int64_t index[LT_MAP_DIMS], rest = begin;
    char *out = m->out.data, *in[LT_MAP_INPUTS];
    for (int k = 0; k < m->inputs; k++)
        in[k] = m->in[k].data;
    for (int d = inner; d >= 0; d--) {
        index[d] = rest % m->shape[d];
        rest /= m->shape[d];
        out += index[d] * m->out.stride[d];
        for (int k = 0; k < m->inputs; k++)
            in[k] += index[d] * m->in[k].stride[d];
    }
    while (begin < end) {
        int64_t n = m->shape[inner] - index[inner];
        if (n > end - begin)
            n = end - begin;
        run_row(m, n, out, in);
        begin += n;
        index[inner] += n;
        int64_t step = n;
        for (int d = inner; d >= 0; d--) {
            out += step * m->out.stride[d];
            for (int k = 0; k < m->inputs; k++)
                in[k] += step * m->in[k].stride[d];
            if (d == 0 || index[d] < m->shape[d])
                break;
            out -= m->shape[d] * m->out.stride[d];
            for (int k = 0; k < m->inputs; k++)
                in[k] -= m->shape[d] * m->in[k].stride[d];
            index[d] = 0;
            index[d - 1]++;
            step = 1;
        }
    }
    if (m->stream)
        lt_stream_end();
}

/* A large result in long dense rows, that is not also an input. */
static bool should_stream(const lt_map *m, int64_t total) {
    int64_t size = (int64_t)lt_dtype_size(m->out.dtype);
    int inner = m->ndim - 1;
    if (total * size < LT_STREAM_BYTES || m->shape[inner] < BLOCK ||
        !is_dense(&m->out, m->out.stride[inner]))
        return false;
    for (int k = 0; k < m->inputs; k++)
        if (m->in[k].data == m->out.data)
            return false;
    return true;
}

bool lt_map_run(lt_map *m) {
    int64_t total = 1;
    for (int d = 0; d < m->ndim; d++)
        total *= m->shape[d];
    if (total == 0)
        return true;
    fold_dims(m);
    m->stream = should_stream(m, total);
    return lt_parallel(total, m->grain ? m->grain : LT_GRAIN_CHEAP, run_range, m);
}
