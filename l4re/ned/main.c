/* SPDX-License-Identifier: MIT */
/*
 * ned: starts what Lua scripts say, hands out capabilities, and watches over the tasks.
 * README.md tells what scripts can do and what the exit status means.
 */
#include <ned/app.h>
#include <ned/options.h>
#include <ned/report.h>
#include <ned/script.h>
#include <stdlib.h>

enum {
    EXIT_USAGE = 2,
};

int main(int argc, char **argv)
{
    struct options o;
    lua_State *L;
    int status;

    if (options_parse(&o, argc, argv) < 0) {
        report("%s '%s'; usage: ned [--exit | --wait-and-exit] [-e statement] script... [args]",
               o.error, o.word);
        return EXIT_USAGE;
    }
    if (sys_init() < 0) {
        report("cannot set up the server of ned: out of memory");
        return EXIT_FAILURE;
    }
    L = script_open(&o);
    if (!L)
        return EXIT_FAILURE;
    for (unsigned i = 0; i < o.steps; i++)
        script_run(L, &o.step[i]);
    if (outcome_waits(script_outcome(), o.end))
        script_wait_for_all(L);
    status = outcome_status(script_outcome());
    script_close(L);
    return status;
}
