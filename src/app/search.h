/* search.h - Ctrl-R: looks for an entry of the history while its text is typed.
 *
 * libedit redraws the line only after a command, so that each key of a search is a command of its
 * own: the line editor's reader takes the keys of a search, and gives libedit APP_SEARCH_KEY for
 * them, to which app_search_step is bound. */
#pragma once

#include <histedit.h>
#include <stdbool.h>
#include <wchar.h>

/* The key that app_search_step is bound to, and its name for libedit: Ctrl-_ */
#define APP_SEARCH_KEY      L'\037'
#define APP_SEARCH_KEY_NAME "^_"

bool app_search_active(void);

/* Begin: the line stays until something is found. */
void app_search_start(EditLine *editor);

/* A key during a search: true if it is for the search, false if it ends it. */
bool app_search_take(wchar_t key);

/* What that key does: the line becomes the newest entry that holds the text, or an older one. */
unsigned char app_search_step(EditLine *editor, History *entries);

/* End it: the line stays as it is. */
void app_search_stop(void);

/* The prompt of the search. */
const char *app_search_prompt(void);
