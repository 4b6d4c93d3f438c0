/* SPDX-License-Identifier: MIT */
/*
 * The kernel's functions, read from a file of lines 'address class name', ascending addresses.
 *
 * Class: a number that says what kind of work a visit to the kernel is that executes this
 *        function; of several the highest counts, 0 says nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sym {
    uint64_t addr;
    unsigned class;
    unsigned index; /* in the table */
};

/* Returns: false if the file cannot be read or is empty. */
bool syms_load(const char *path);

/* Returns: the function the address lies in; the first one for addresses below all. */
const struct sym *syms_find(uint64_t addr);

unsigned syms_count(void);
const struct sym *syms_at(unsigned index);
