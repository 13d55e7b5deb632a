/* line_input.h - lines from the user: edited with libedit on a terminal that can move its cursor,
 * plain ones from a dumb terminal, a pipe or a file. */
#ifndef APP_LINE_INPUT_H
#define APP_LINE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum app_input {
    APP_INPUT_LINE,
    APP_INPUT_END,       /* Ctrl-D, or the end of the file */
    APP_INPUT_INTERRUPT, /* Ctrl-C: the line is dropped */
} app_input;

/* What Tab does: with the text up to the cursor, say what to insert there and what to print
 * below the line (NULL for nothing). Both strings are freed by the caller. */
typedef struct app_completion {
    char *insert;
    char *display;
} app_completion;
typedef app_completion (*app_completer)(const char *before, void *context);

/* Is standard input a terminal? Prompts and colours only make sense there. */
bool app_input_is_terminal(void);

/* Set up editing and load the history. */
void app_input_open(app_completer completer, void *context);

/* Read a line, which may hold newlines when a block was pasted. *line, without its last newline,
 * is the caller's to free; it is NULL unless the result is APP_INPUT_LINE. */
app_input app_input_read(const char *prompt, char **line);

/* Add an entry to the history, of this session and of later ones. */
void app_input_remember(const char *entry);

/* Width of the terminal in columns. */
int app_input_columns(void);

void app_input_close(void);

#endif
