/* history.h - the lines typed in earlier sessions, kept in
 * $XDG_STATE_HOME/latent/history (~/.local/state/latent/history), readable by the user alone.
 *
 * One entry a line; a newline inside an entry is written \n, a backslash \\. Each entry is
 * appended when it is made, so sessions running side by side keep each other's. Trouble with the
 * file is nobody's concern at the prompt: every function here fails silently. */
#ifndef APP_HISTORY_H
#define APP_HISTORY_H

enum { APP_HISTORY_MAX = 1000 };

/* Call `visit` with each of the last APP_HISTORY_MAX entries, oldest first. Shortens a file that
 * has grown to more than twice as many. */
void app_history_load(void (*visit)(const char *entry));

/* Add an entry to the file. */
void app_history_append(const char *entry);

#endif
