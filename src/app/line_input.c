#include "app/line_input.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "app/history.h"
#include "app/interrupt.h"
#include "app/search.h"

/* Between these two the terminal brackets what is pasted with ESC [200~ and ESC [201~. */
#define PASTE_ON    "\033[?2004h"
#define PASTE_OFF   "\033[?2004l"
#define CLEAR_BELOW "\033[J"

static struct {
    EditLine *editor; /* NULL where lines are plain */
    History *history;
    char *last; /* newest entry of the history */
    const char *prompt;
    app_completer completer;
    void *context;
    sigset_t mask;    /* of signals while waiting for a key */
    bool interrupted; /* Ctrl-C ended the line */
} input;

static volatile sig_atomic_t resized, continued;

/* ---- waiting for keys ---- */

static void on_terminal_signal(int number) {
    if (number == SIGWINCH)
        resized = 1;
    else
        continued = 1;
}

/* A shell's job control hands the terminal back in its own mode. */
static void redraw(void) {
    if (continued) {
        el_set(input.editor, EL_PREP_TERM, 0);
        el_set(input.editor, EL_PREP_TERM, 1);
        el_set(input.editor, EL_REFRESH);
    }
    if (resized)
        el_resize(input.editor);
    resized = continued = 0;
}

/* Wait until a byte can be read. Signals are let in only here, so that none is missed between
 * looking for it and waiting. False on Ctrl-C. */
static bool wait_for_input(void) {
    struct pollfd descriptor = {.fd = STDIN_FILENO, .events = POLLIN};
    while (ppoll(&descriptor, 1, NULL, &input.mask) < 0 && errno == EINTR) {
        if (app_interrupt_take()) {
            input.interrupted = true;
            return false;
        }
        if (input.editor != NULL)
            redraw();
    }
    return true;
}

/* 1 and a character, 0 at the end, -1 on Ctrl-C. Bytes that are no character of the locale are
 * skipped. */
static int decode_character(wchar_t *out) {
    mbstate_t state = {0};
    for (;;) {
        char byte;
        if (!wait_for_input()) {
            errno = EINTR;
            return -1;
        }
        ssize_t n = read(STDIN_FILENO, &byte, 1);
        if (n <= 0)
            return (int)n;
        size_t used = mbrtowc(out, &byte, 1, &state);
        if (used == 0 || used == 1)
            return 1;
        if (used == (size_t)-1)
            memset(&state, 0, sizeof state);
    }
}

/* Keys that send several bytes send them at once. */
static bool more_follows(void) {
    struct pollfd descriptor = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&descriptor, 1, 30) > 0;
}

/* libedit's source of characters. A control key that ends a search does so first, with the prompt
 * of the line redrawn, and then what it does; Escape alone only ends it. */
static int read_character(EditLine *editor, wchar_t *out) {
    int got = decode_character(out);
    if (!app_search_active())
        return got;
    if (got != 1) {
        app_search_stop();
        return got;
    }
    if (!app_search_take(*out) && (*out != L'\033' || more_follows()))
        el_push(editor, (char[]){(char)*out, '\0'});
    *out = APP_SEARCH_KEY;
    return 1;
}

/* ---- keys of our own ---- */

static unsigned char complete_key(EditLine *editor, int key) {
    (void)key;
    const LineInfo *line = el_line(editor);
    char *before = strndup(line->buffer, (size_t)(line->cursor - line->buffer));
    if (before == NULL)
        return CC_ERROR;
    app_completion found = input.completer(before, input.context);
    free(before);
    unsigned char result = CC_ERROR;
    if (found.insert != NULL && found.insert[0] != '\0')
        result = el_insertstr(editor, found.insert) == 0 ? CC_REFRESH : CC_ERROR;
    if (found.display != NULL) {
        fprintf(stdout, "\n" CLEAR_BELOW "%s\n", found.display);
        el_set(editor, EL_REFRESH);
        result = CC_NORM;
    }
    free(found.insert);
    free(found.display);
    return result;
}

/* Room for one character more in a growing string; NULL, with the string freed, if there is none.
 */
static wchar_t *grow(wchar_t *text, size_t length, size_t *room) {
    if (text != NULL && length < *room)
        return text;
    *room = text == NULL ? 4096 : 2 * *room;
    wchar_t *more = realloc(text, *room * sizeof *more);
    if (more == NULL)
        free(text);
    return more;
}

/* Read up to the end of the paste. Other control characters than newline and tab are dropped. */
static wchar_t *read_paste(EditLine *editor) {
    static const wchar_t end[] = L"\033[201~";
    size_t tail = wcslen(end), matched = 0, length = 0, room = 0;
    wchar_t *text = grow(NULL, 0, &room), c;
    while (text != NULL && matched < tail && el_wgetc(editor, &c) == 1) {
        matched = c == end[matched] ? matched + 1 : c == end[0];
        c = c == L'\r' ? L'\n' : c;
        if (matched == 0 && (c >= L' ' || c == L'\n' || c == L'\t') && c != 0x7f) {
            text[length++] = c;
            text = grow(text, length, &room);
        }
    }
    while (text != NULL && length > 0 && text[length - 1] == L'\n')
        length--;
    if (text != NULL)
        text[length] = L'\0';
    return text;
}

/* A pasted block goes into the line as it is; Enter runs it. */
static unsigned char paste_key(EditLine *editor, int key) {
    (void)key;
    wchar_t *text = read_paste(editor);
    bool ok = text != NULL && el_winsertstr(editor, text) == 0;
    free(text);
    if (input.interrupted)
        return CC_EOF;
    return ok ? CC_REFRESH : CC_ERROR;
}

static unsigned char search_key(EditLine *editor, int key) {
    (void)key;
    app_search_start(editor);
    return CC_REFRESH;
}

static unsigned char search_step_key(EditLine *editor, int key) {
    (void)key;
    return app_search_step(editor, input.history);
}

static const char *const bindings[][2] = {
    {"^[[1~", "ed-move-to-beg"},      {"^[[4~", "ed-move-to-end"}, {"^[[7~", "ed-move-to-beg"},
    {"^[[8~", "ed-move-to-end"},      {"^[[H", "ed-move-to-beg"},  {"^[[F", "ed-move-to-end"},
    {"^[[3~", "ed-delete-next-char"}, {"^[[1;5C", "em-next-word"}, {"^[[1;5D", "ed-prev-word"},
};

/* ---- set-up ---- */

static char *prompt(EditLine *editor) {
    (void)editor;
    return (char *)(app_search_active() ? app_search_prompt() : input.prompt);
}

static void add_to_history(const char *entry) {
    HistEvent event;
    if (input.history != NULL)
        history(input.history, &event, H_ENTER, entry);
    free(input.last);
    input.last = strdup(entry);
}

bool app_input_is_terminal(void) {
    return isatty(STDIN_FILENO);
}

/* A dumb terminal cannot move its cursor: libedit would only litter it. */
static bool can_edit(void) {
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term != NULL && term[0] != '\0' &&
           strcmp(term, "dumb") != 0;
}

/* Characters are read as the locale says; in the C locale, as UTF-8. Numbers keep their dot. */
static void set_locale(void) {
    if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/* The user's ~/.editrc is read after our keys, so that it wins; Tab, pasting and the search are
 * needed in either of its editing modes and come last. */
static void open_editor(void) {
    input.editor = el_init("latent", stdin, stdout, stderr);
    input.history = history_init();
    if (input.editor == NULL || input.history == NULL) {
        app_input_close();
        return;
    }
    HistEvent event;
    history(input.history, &event, H_SETSIZE, APP_HISTORY_MAX);
    history(input.history, &event, H_SETUNIQUE, 1);
    el_set(input.editor, EL_HIST, history, input.history);
    el_set(input.editor, EL_EDITOR, "emacs");
    el_set(input.editor, EL_PROMPT, prompt);
    el_set(input.editor, EL_GETCFN, read_character);
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++)
        el_set(input.editor, EL_BIND, bindings[i][0], bindings[i][1], NULL);
    el_source(input.editor, NULL);
    /* Else Ctrl-C drops keys that ppoll() has promised, so that the read() waits without signals,
     * and output up to the prompt that answers it. */
    el_set(input.editor, EL_SETTY, "-d", "+noflsh", NULL);
    el_wset(input.editor, EL_ADDFN, L"latent-complete", L"complete names", complete_key);
    el_wset(input.editor, EL_ADDFN, L"latent-paste", L"insert a pasted block", paste_key);
    el_wset(input.editor, EL_ADDFN, L"latent-search", L"search the history", search_key);
    el_wset(input.editor, EL_ADDFN, L"latent-search-step", L"a key of that", search_step_key);
    el_set(input.editor, EL_BIND, "^I", "latent-complete", NULL);
    el_set(input.editor, EL_BIND, "^R", "latent-search", NULL);
    el_set(input.editor, EL_BIND, APP_SEARCH_KEY_NAME, "latent-search-step", NULL);
    el_set(input.editor, EL_BIND, "^[[200~", "latent-paste", NULL);
    app_history_load(add_to_history);
}

void app_input_open(app_completer completer, void *context) {
    input.completer = completer;
    input.context = context;
    if (can_edit()) {
        set_locale();
        open_editor();
    }
}

void app_input_close(void) {
    if (input.editor != NULL)
        el_end(input.editor);
    if (input.history != NULL)
        history_end(input.history);
    app_search_stop();
    free(input.last);
    input.editor = NULL;
    input.history = NULL;
    input.last = NULL;
}

/* ---- reading ---- */

static char *read_edited(void) {
    int length = 0;
    fputs(PASTE_ON, stdout);
    const char *line = el_gets(input.editor, &length);
    fputs(PASTE_OFF, stdout);
    return line != NULL && length > 0 ? strndup(line, (size_t)length) : NULL;
}

static char *read_plain(void) {
    char *line = NULL;
    size_t room = 0;
    if (app_input_is_terminal()) {
        fputs(input.prompt, stdout);
        fflush(stdout);
        if (!wait_for_input())
            return NULL;
    }
    if (getline(&line, &room, stdin) >= 0)
        return line;
    free(line);
    return NULL;
}

/* Signals of the terminal wait until wait_for_input() lets them in. */
static void hold_signals(struct sigaction old[2]) {
    struct sigaction action = {.sa_handler = on_terminal_signal};
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGWINCH);
    sigaddset(&held, SIGCONT);
    sigaction(SIGWINCH, &action, &old[0]);
    sigaction(SIGCONT, &action, &old[1]);
    sigprocmask(SIG_BLOCK, &held, &input.mask);
}

static void release_signals(const struct sigaction old[2]) {
    sigprocmask(SIG_SETMASK, &input.mask, NULL);
    sigaction(SIGWINCH, &old[0], NULL);
    sigaction(SIGCONT, &old[1], NULL);
}

app_input app_input_read(const char *text, char **line) {
    struct sigaction old[2];
    bool terminal = app_input_is_terminal();
    input.prompt = text;
    input.interrupted = false;
    if (terminal)
        hold_signals(old);
    *line = input.editor != NULL ? read_edited() : read_plain();
    if (terminal)
        release_signals(old);
    if (*line == NULL) {
        if (terminal) {
            fputs("\n", stdout);
            fflush(stdout);
        }
        return input.interrupted ? APP_INPUT_INTERRUPT : APP_INPUT_END;
    }
    size_t length = strlen(*line);
    if (length > 0 && (*line)[length - 1] == '\n')
        (*line)[length - 1] = '\0';
    return APP_INPUT_LINE;
}

/* The entry that was typed last once more is not kept twice. */
void app_input_remember(const char *entry) {
    if (!app_input_is_terminal() || (input.last != NULL && strcmp(input.last, entry) == 0))
        return;
    add_to_history(entry);
    app_history_append(entry);
}

int app_input_columns(void) {
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}
