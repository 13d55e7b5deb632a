#include "app/options.h"

#include <string.h>

static const char usage[] = "Options:\n"
                            "  -e code      run the string 'code'\n"
                            "  -l name      require library 'name' into the global 'name'\n"
                            "  -l g=name    require library 'name' into the global 'g'\n"
                            "  -i           start a session after the script\n"
                            "  -v           print the versions\n"
                            "  -E           ignore Lua's environment variables\n"
                            "  -W           turn warnings on\n"
                            "  -strict      make the use of an undeclared global an error\n"
                            "  -h, --help   print this text\n"
                            "  --           end of the options\n"
                            "  -            end of the options; run standard input\n"
                            "Without a script, -e, -v or piped input, a session starts.\n";

/* -e and -l take what follows the letter or, where nothing does, the next word. */
static bool takes_argument(const char *option) {
    return option[1] == 'e' || option[1] == 'l';
}

static bool set_long(app_options *o, const char *option) {
    if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
        return o->help = true;
    if (strcmp(option, "-strict") == 0)
        return o->strict = true;
    return false;
}

static bool set_letter(app_options *o, const char *option) {
    if (option[2] != '\0')
        return false;
    switch (option[1]) {
    case 'i':
        return o->interactive = true;
    case 'v':
        return o->version = true;
    case 'E':
        return o->no_environment = true;
    case 'W':
        return true;
    default:
        return false;
    }
}

app_options app_options_read(int argc, char **argv) {
    app_options o = {.argc = argc, .argv = argv};
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        const char *option = argv[i];
        if (option[1] == '\0')
            break; /* standard input is the script */
        if (strcmp(option, "--") == 0) {
            i++;
            break;
        }
        if (takes_argument(option)) {
            if (option[2] == '\0' && (i + 1 >= argc || argv[i + 1][0] == '-')) {
                o.refused = i;
                return o;
            }
            o.execute = o.execute || option[1] == 'e';
            i += option[2] == '\0';
        } else if (!set_long(&o, option) && !set_letter(&o, option)) {
            o.refused = i;
            return o;
        }
    }
    o.script = i < argc ? i : argc;
    return o;
}

int app_options_action(const app_options *o, int *i, const char **argument) {
    const char *option = o->argv[*i];
    if (takes_argument(option)) {
        *argument = option[2] != '\0' ? option + 2 : o->argv[++*i];
        return option[1];
    }
    return option[1] == 'W' ? 'W' : 0;
}

const char *app_options_program(const app_options *o) {
    return o->argc > 0 && o->argv[0][0] != '\0' ? o->argv[0] : "latent";
}

void app_options_usage(const app_options *o, FILE *file) {
    const char *program = app_options_program(o);
    if (o->refused > 0) {
        const char *option = o->argv[o->refused];
        fprintf(file,
                takes_argument(option) ? "%s: '%s' needs argument\n"
                                       : "%s: unrecognized option '%s'\n",
                program, option);
    }
    fprintf(file, "usage: %s [options] [script [arguments]]\n%s", program, usage);
    fflush(file);
}
