/* options.h - the command line of `latent`: that of `lua`, with -h, --help and -strict added. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct app_options {
    int argc;
    char **argv;
    int script;          /* index of the script's name in argv; argc where there is none */
    int refused;         /* index of the option that makes no sense; 0 where all do */
    bool execute;        /* there is an -e */
    bool interactive;    /* -i */
    bool version;        /* -v */
    bool no_environment; /* -E */
    bool strict;         /* -strict */
    bool help;           /* -h, --help */
} app_options;

/* Read the options; runs nothing. */
app_options app_options_read(int argc, char **argv);

/* One option of the kind that does something in its turn (-e, -l, -W) at argv[*i]: its letter,
 * with its argument in *argument and *i moved past it; 0 for any other option. */
int app_options_action(const app_options *o, int *i, const char **argument);

/* Name of the program for messages; "latent" where the caller gave none. */
const char *app_options_program(const app_options *o);

void app_options_usage(const app_options *o, FILE *file);

#endif
