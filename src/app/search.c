#include "app/search.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 256, BACKSPACE = 0x7f, ERASE = 0x08, CANCEL = 0x07, AGAIN = 0x12 };

static struct {
    bool active;
    bool found;
    char text[ROOM]; /* what is looked for */
    char prompt[ROOM + 32];
    char *original; /* the line before the search */
    int place;      /* of the entry that is shown, the newest is 0 */
    wchar_t key;    /* to be done by the next step */
} search;

bool app_search_active(void) {
    return search.active;
}

void app_search_stop(void) {
    search.active = false;
    free(search.original);
    search.original = NULL;
}

const char *app_search_prompt(void) {
    snprintf(search.prompt, sizeof search.prompt,
             "%s '%s': ", search.found ? "history" : "not in history", search.text);
    return search.prompt;
}

void app_search_start(EditLine *editor) {
    const LineInfo *line = el_line(editor);
    app_search_stop();
    search.original = strndup(line->buffer, (size_t)(line->lastchar - line->buffer));
    search.active = search.original != NULL;
    search.found = true;
    search.text[0] = '\0';
    search.place = 0;
}

bool app_search_take(wchar_t key) {
    bool ours = key >= L' ' || key == ERASE || key == CANCEL || key == AGAIN;
    if (!ours)
        app_search_stop();
    search.key = key;
    return ours;
}

static void set_line(EditLine *editor, const char *text) {
    const LineInfoW *line = el_wline(editor);
    el_cursor(editor, (int)(line->lastchar - line->cursor));
    el_deletestr(editor, (int)(line->lastchar - line->buffer));
    el_insertstr(editor, text);
}

/* Show the first entry from `place` on that holds the text; false if there is none. */
static bool show_from(EditLine *editor, History *entries, int place) {
    HistEvent event;
    int at = 0;
    for (int got = history(entries, &event, H_FIRST); got >= 0;
         got = history(entries, &event, H_NEXT), at++) {
        if (at < place || strstr(event.str, search.text) == NULL)
            continue;
        search.place = at;
        set_line(editor, event.str);
        return true;
    }
    return false;
}

static void append(wchar_t key) {
    char bytes[MB_LEN_MAX];
    mbstate_t state = {0};
    size_t size = wcrtomb(bytes, key, &state), length = strlen(search.text);
    if (size == (size_t)-1 || length + size >= ROOM)
        return;
    memcpy(search.text + length, bytes, size);
    search.text[length + size] = '\0';
}

/* Drop the last character, which may have several bytes. */
static void shorten(void) {
    size_t length = strlen(search.text);
    while (length > 0 && ((unsigned char)search.text[--length] & 0xC0) == 0x80)
        ;
    search.text[length] = '\0';
}

unsigned char app_search_step(EditLine *editor, History *entries) {
    if (!search.active)
        return CC_REFRESH;
    int from = search.place;
    if (search.key == CANCEL) {
        set_line(editor, search.original);
        app_search_stop();
        return CC_REFRESH;
    }
    if (search.key == AGAIN) {
        from += search.text[0] != '\0';
    } else if (search.key == ERASE || search.key == BACKSPACE) {
        shorten();
        from = 0;
    } else {
        append(search.key);
    }
    search.found = search.text[0] == '\0' || show_from(editor, entries, from);
    return CC_REFRESH;
}
