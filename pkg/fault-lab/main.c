/* SPDX-License-Identifier: MIT */
/* fault-lab WHAT: one misbehaviour, in a task of its own. */
#include "patient.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(void);
} roles[] = {
    { "divide", patient_divide }, { "null", patient_null }, { "guess", patient_guess },
    { "hog", patient_hog },       { "ask", visitor_ask },   { "report", visitor_report },
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof(roles) / sizeof(roles[0]); i++)
        if (!strcmp(argv[1], roles[i].name))
            return roles[i].run();
    printf("usage: fault-lab divide | null | guess | hog | ask | report\n");
    return EXIT_FAILURE;
}
