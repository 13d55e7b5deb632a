#include "io/npz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "io/atomic_file.h"
#include "io/npy.h"
#include "io/reader.h"
#include "ops/create.h"
#include "tensor/interrupt.h"
#include "tensor/progress.h"

#define ENDING ".npy"

typedef struct npz {
    lt_archive base;
    zip_t *zip;
    zip_uint64_t *index; /* [base.count] of the members that are arrays */
} npz;

static lt_status zip_failed(const char *path, zip_error_t *error) {
    lt_status status = zip_error_code_zip(error) == ZIP_ER_MEMORY ? LT_ENOMEM : LT_EIO;
    status = lt_fail(status, "%s: %s", path, zip_error_strerror(error));
    zip_error_fini(error);
    return status;
}

/* ---- reading ---- */

static bool is_array(const char *name) {
    size_t length = strlen(name), ending = strlen(ENDING);
    return length > ending && strcmp(name + length - ending, ENDING) == 0;
}

/* Members that share bytes of the file could unpack to more than its size justifies. */
static lt_status check_sizes(const npz *z, zip_int64_t members, int64_t bytes) {
    uint64_t total = 0;
    for (zip_int64_t i = 0; i < members; i++) {
        zip_stat_t info;
        if (zip_stat_index(z->zip, (zip_uint64_t)i, 0, &info) != 0 ||
            !(info.valid & ZIP_STAT_COMP_SIZE) || info.comp_size > (uint64_t)bytes ||
            (total += info.comp_size) > (uint64_t)bytes)
            return lt_fail(LT_EIO, "%s: damaged: its members are larger than the file",
                           z->base.path);
    }
    return LT_OK;
}

static lt_status list_arrays(npz *z, zip_int64_t members) {
    lt_archive *a = &z->base;
    a->name = calloc((size_t)members + 1, sizeof *a->name);
    z->index = calloc((size_t)members + 1, sizeof *z->index);
    if (!a->name || !z->index)
        return lt_fail(LT_ENOMEM, "%s: out of memory for %lld names", a->path, (long long)members);
    for (zip_int64_t i = 0; i < members; i++) {
        const char *name = zip_get_name(z->zip, (zip_uint64_t)i, 0);
        if (!name || !is_array(name))
            continue;
        zip_int64_t first = zip_name_locate(z->zip, name, 0);
        if (first >= 0 && first != i)
            return lt_fail(LT_EIO, "%s: holds two arrays named %s", a->path, name);
        char *copy = strndup(name, strlen(name) - strlen(ENDING));
        if (!copy)
            return lt_fail(LT_ENOMEM, "%s: out of memory", a->path);
        z->index[a->count] = (zip_uint64_t)i;
        a->name[a->count++] = copy;
    }
    return LT_OK;
}

static lt_status open_archive(npz *z, const char *path) {
    int fd, code;
    int64_t bytes;
    LT_TRY(lt_open_regular(path, &fd, &bytes));
    z->base.path = strdup(path);
    z->zip = zip_fdopen(fd, 0, &code); /* the descriptor is the archive's from here */
    if (!z->zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        close(fd);
        return zip_failed(path, &error);
    }
    if (!z->base.path)
        return lt_fail(LT_ENOMEM, "%s: out of memory", path);
    zip_int64_t members = zip_get_num_entries(z->zip, 0);
    LT_TRY(check_sizes(z, members, bytes));
    return list_arrays(z, members);
}

static void close_archive(lt_archive *a) {
    npz *z = (npz *)a;
    if (z->zip)
        zip_discard(z->zip);
    for (int64_t i = 0; i < a->count; i++)
        free((char *)a->name[i]);
    free(a->name);
    free(a->path);
    free(z->index);
    free(z);
}

static lt_status read_member(lt_reader *r, void *to, size_t n, size_t *got) {
    zip_int64_t now = zip_fread(r->source, to, n);
    *got = now > 0 ? (size_t)now : 0;
    if (now >= 0)
        return LT_OK;
    return lt_fail(LT_EIO, "%s: %s", r->name, zip_file_strerror(r->source));
}

static lt_status open_member(npz *z, zip_uint64_t index, lt_reader *r) {
    zip_stat_t info;
    if (zip_stat_index(z->zip, index, 0, &info) != 0)
        return lt_fail(LT_EIO, "%s: %s", r->name, zip_strerror(z->zip));
    if (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE)
        return lt_fail(LT_EIO, "%s: packed by method %d; only stored and deflated ones can be read",
                       r->name, info.comp_method);
    r->source = zip_fopen_index(z->zip, index, 0);
    if (!r->source)
        return lt_fail(LT_EIO, "%s: %s", r->name, zip_strerror(z->zip));
    bool stored = info.comp_method == ZIP_CM_STORE;
    int64_t most = stored ? (int64_t)info.comp_size : lt_deflate_bound((int64_t)info.comp_size);
    r->bound = info.size < (uint64_t)most ? (int64_t)info.size : most;
    r->read = read_member;
    return LT_OK;
}

static lt_status read_array(lt_reader *r, lt_tensor *out) {
    bool end;
    LT_TRY(lt_read_npy_from(out, r));
    lt_status status = lt_reader_at_end(r, &end); /* this checks the checksum */
    if (status == LT_OK && !end)
        status = lt_fail(LT_EIO, "%s: holds more bytes than its shape %s needs", r->name,
                         lt_shape_of(out));
    if (status != LT_OK)
        lt_release(out);
    return status;
}

static lt_status read_tensor(lt_archive *a, int64_t i, lt_tensor *out) {
    char *name;
    if (asprintf(&name, "%s: %s", a->path, a->name[i]) < 0)
        return lt_fail(LT_ENOMEM, "%s: out of memory", a->path);
    lt_reader r = {.name = name};
    lt_status status = open_member((npz *)a, ((npz *)a)->index[i], &r);
    if (status == LT_OK) {
        status = read_array(&r, out);
        zip_fclose(r.source);
    }
    free(name);
    return status;
}

lt_status lt_npz_open(lt_archive **out, const char *path) {
    npz *z = calloc(1, sizeof *z);
    if (!z)
        return lt_fail(LT_ENOMEM, "%s: out of memory", path);
    z->base.read = read_tensor;
    z->base.close = close_archive;
    lt_status status = open_archive(z, path);
    if (status == LT_OK)
        *out = &z->base;
    else
        close_archive(&z->base);
    return status;
}

/* ---- writing ---- */

/* One member until the archive is closed: its bytes are the header and the elements. */
typedef struct npz_member {
    lt_tensor rows;
    char header[LT_NPY_HEADER_MAX];
    zip_buffer_fragment_t parts[2];
} npz_member;

/* Where libzip puts the archive: the atomic file. */
typedef struct npz_sink {
    lt_atomic_file file;
    lt_status status; /* of the first failure, whose words wait in lt_last_error() */
    int error[2];     /* what libzip asks for after a failure */
} npz_sink;

static zip_int64_t sink_failed(npz_sink *s, lt_status status) {
    if (s->status == LT_OK)
        s->status = status;
    s->error[0] = ZIP_ER_WRITE;
    s->error[1] = EIO;
    return -1;
}

static zip_int64_t sink_seek(npz_sink *s, void *data, zip_uint64_t length) {
    zip_source_args_seek_t *to = ZIP_SOURCE_GET_ARGS(zip_source_args_seek_t, data, length, NULL);
    if (!to || fseeko(s->file.file, to->offset, to->whence) != 0)
        return sink_failed(s,
                           lt_fail(LT_EIO, "cannot write %s: %s", s->file.target, strerror(errno)));
    return 0;
}

static zip_int64_t sink_call(void *state, void *data, zip_uint64_t length, zip_source_cmd_t cmd) {
    npz_sink *s = state;
    switch (cmd) {
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
    case ZIP_SOURCE_STAT: /* there is no archive there yet */
        s->error[0] = ZIP_ER_READ;
        s->error[1] = ENOENT;
        return -1;
    case ZIP_SOURCE_WRITE: {
        lt_status status = lt_atomic_write(&s->file, data, length);
        return status == LT_OK ? (zip_int64_t)length : sink_failed(s, status);
    }
    case ZIP_SOURCE_SEEK_WRITE:
        return sink_seek(s, data, length);
    case ZIP_SOURCE_TELL_WRITE:
        return ftello(s->file.file);
    case ZIP_SOURCE_ERROR:
        memcpy(data, s->error, sizeof s->error);
        return sizeof s->error;
    case ZIP_SOURCE_BEGIN_WRITE:
    case ZIP_SOURCE_COMMIT_WRITE:
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        s->error[0] = ZIP_ER_OPNOTSUPP;
        s->error[1] = 0;
        return -1;
    }
}

static lt_status add_member(zip_t *zip, const char *path, npz_member *m, const char *name,
                            lt_tensor *t, bool compress) {
    char *file;
    LT_TRY(lt_contiguous(&m->rows, t));
    size_t bytes = (size_t)m->rows.numel * lt_dtype_size((lt_dtype)t->dtype);
    m->parts[0].data = (zip_uint8_t *)m->header;
    m->parts[0].length = lt_npy_header(m->header, &m->rows);
    m->parts[1].data = lt_data(&m->rows);
    m->parts[1].length = bytes;
    if (asprintf(&file, "%s" ENDING, name) < 0)
        return lt_fail(LT_ENOMEM, "%s: out of memory", path);
    zip_source_t *source = zip_source_buffer_fragment(zip, m->parts, bytes ? 2 : 1, 0);
    zip_int64_t index = source ? zip_file_add(zip, file, source, 0) : -1;
    free(file);
    if (index < 0) {
        zip_source_free(source);
        return lt_fail(LT_EIO, "%s: array '%s': %s", path, name, zip_strerror(zip));
    }
    /* The date is always 1980-01-01, so that equal arrays make equal files. */
    zip_file_set_dostime(zip, (zip_uint64_t)index, 0, 1 << 5 | 1, 0);
    zip_set_file_compression(zip, (zip_uint64_t)index, compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    return LT_OK;
}

static void on_share(zip_t *zip, double share, void *state) {
    (void)zip;
    lt_progress_step(state, (int64_t)(1000 * share));
}

/* libzip packs and writes everything here. */
static bool close_watched(zip_t *zip) {
    lt_progress p = lt_progress_begin("writing", 1000);
    zip_register_progress_callback_with_state(zip, 0.001, on_share, NULL, &p);
    bool closed = zip_close(zip) == 0;
    lt_progress_end(&p);
    return closed;
}

static lt_status write_members(npz_sink *sink, const char *path, npz_member *members, int64_t n,
                               const char *const *names, lt_tensor *const *tensors, bool compress) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_function_create(sink_call, sink, &error);
    if (!source)
        return zip_failed(path, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (!zip) {
        zip_source_free(source);
        return zip_failed(path, &error);
    }
    lt_status status = LT_OK;
    for (int64_t i = 0; i < n && status == LT_OK; i++)
        status = add_member(zip, path, &members[i], names[i], tensors[i], compress);
    if (status == LT_OK && close_watched(zip))
        return LT_OK;
    if (status == LT_OK)
        status = sink->status != LT_OK ? sink->status
                                       : lt_fail(LT_EIO, "%s: %s", path, zip_strerror(zip));
    zip_discard(zip);
    return status;
}

lt_status lt_write_npz(const char *path, int64_t n, const char *const *names,
                       lt_tensor *const *tensors, bool compress) {
    npz_sink sink = {.status = LT_OK};
    npz_member *members = calloc((size_t)n, sizeof *members);
    if (!members)
        return lt_fail(LT_ENOMEM, "%s: out of memory for %lld arrays", path, (long long)n);
    lt_status status = lt_atomic_open(&sink.file, path);
    if (status == LT_OK) {
        status = write_members(&sink, path, members, n, names, tensors, compress);
        status = lt_atomic_close(&sink.file, status);
    }
    for (int64_t i = 0; i < n; i++)
        lt_release(&members[i].rows);
    free(members);
    return status;
}
