/* SPDX-License-Identifier: MIT */
/* The smallest program: it greets and tells what it was given. */
#include <l4/re/env.h>
#include <l4/sys/kip.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *kernel = l4_kip_version_string(l4re_kip());
    const l4re_env_cap_entry_t *c;

    printf("Hello, world.\n");

    printf("My command line:");
    for (int i = 0; i < argc; i++)
        printf(" %s", argv[i]);
    printf("\nMy kernel: %.*s\n", (int)strcspn(kernel, "\n"), kernel);

    /* The script named these; the array ends with flags of all ones. */
    printf("My named capabilities:");
    for (c = l4re_env()->caps; c->flags != ~0UL; c++)
        printf(" %.16s", c->name);
    printf("\n");
    return 0;
}
