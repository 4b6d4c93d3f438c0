/* SPDX-License-Identifier: MIT */
/* What a task died of, in words. */
#pragma once

#include <stddef.h>

struct fault {
    unsigned long trapno;
    unsigned long err;
    unsigned long addr; /* of a page fault */
    unsigned long ip;
};

enum {
    FAULT_PAGE = 14,
    FAULT_TEXT_MAX = 128,
};

/*
 * Describe a fault: "page fault, read of address 0x0 (not mapped) at ip 0x1000123".
 * Writes at most `size` bytes, NUL included. Exceptions that are not page faults carry the
 * processor's mnemonic: "divide error (#DE) at ip ...".
 */
void fault_describe(const struct fault *f, char *buf, size_t size);
