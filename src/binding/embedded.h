/* embedded.h - the Lua modules of lua/, as the build wove them into the binary (scripts/embed). */
#ifndef LB_EMBEDDED_H
#define LB_EMBEDDED_H

typedef struct lt_embedded_module {
    const char *name; /* "latent.nn" */
    const char *file; /* "lua/latent/nn/init.lua" */
    const char *text;
    const char *end; /* one past the last character */
} lt_embedded_module;

/* Ends with an entry whose name is NULL. */
extern const lt_embedded_module lt_embedded[];

#endif
