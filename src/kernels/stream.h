/* stream.h - writing results that are larger than the caches.
 *
 * An ordinary store first reads the line of memory that it changes. A result of which nothing will
 * be left in the cache when it is read goes around it instead: that saves a third of the traffic of
 * a copy. Smaller results stay better off in the cache. */
#ifndef LT_STREAM_H
#define LT_STREAM_H

#include <stdint.h>

#define LT_STREAM_BYTES ((int64_t)32 << 20) /* size of a whole result from which it pays */

/* Copy bytes, which do not overlap, past the cache. */
void lt_stream(void *out, const void *in, int64_t bytes);

/* After the last lt_stream of a thread, before others read what it wrote. */
void lt_stream_end(void);

#endif
