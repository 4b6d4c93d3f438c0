/* SPDX-License-Identifier: MIT */
/*
 * The first stack of a program:
 *
 *     high  strings: arguments, environment, program name
 *           l4re_aux_t, l4re_env_t, array of named capabilities
 *           auxiliary vector ... AT_NULL
 *           envp[] NULL
 *           argv[] NULL
 *     sp -> argc                                        (16-byte aligned)
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <l4/re/env.h>
#include <l4/re/l4aux.h>

/* Where the stack is built and where it will be. */
struct stack_area {
    unsigned char *local; /* here, `size` bytes */
    uint64_t remote;      /* there: address of the first byte */
    size_t size;
};

struct stack_content {
    const char *const *argv; /* ends with NULL */
    const char *const *envp; /* ends with NULL; may be NULL */
    const char *binary;
    const l4re_env_t *env; /* `caps` is set here */
    const l4re_env_cap_entry_t *caps;
    unsigned ncaps;
    l4re_aux_t aux; /* `binary` is set here */
    uint64_t entry;
    uint64_t phdr;
    unsigned phnum;
    unsigned phent;
    uint64_t kip;
};

/*
 * Build it. Returns: 0 and the first stack pointer; -L4_E2BIG if it does not fit into half of
 * the stack.
 */
int stack_build(const struct stack_area *a, const struct stack_content *c, uint64_t *sp);
