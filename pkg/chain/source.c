/* SPDX-License-Identifier: MIT */
/*
 * chain-source N: sends one request into a chain of N stages, called 1 ... N, and checks that it
 * came by all of them, there and back.
 */
#include "chain.h"

#include <l4/re/env.h>
#include <l4/sys/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* " 1 2 ... n ... 2 1" */
static void expect_path(char text[CHAIN_TEXT_MAX], int n)
{
    char word[16];

    text[0] = 0;
    for (int i = 1 - n; i < n; i++) {
        snprintf(word, sizeof(word), "%d", n - abs(i));
        chain_add(text, word);
    }
}

int main(int argc, char **argv)
{
    l4_cap_idx_t first = l4re_env_get_cap("next");
    int n = argc == 2 ? atoi(argv[1]) : 0;
    char text[CHAIN_TEXT_MAX] = "";
    char expected[CHAIN_TEXT_MAX];
    long err;

    if (n < 1 || l4_is_invalid_cap(first)) {
        printf("usage: chain-source number, with the capability 'next'\n");
        return EXIT_FAILURE;
    }
    err = chain_pass(first, text);
    if (err < 0) {
        printf("the request got lost: %s\n", l4sys_errtostr(err));
        return EXIT_FAILURE;
    }
    printf("path:%s\n", text);
    expect_path(expected, n);
    if (strcmp(text, expected)) {
        printf("expected:%s\n", expected);
        return EXIT_FAILURE;
    }
    printf("%d stages, there and back.\n", n);
    return EXIT_SUCCESS;
}
