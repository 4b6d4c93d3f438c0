/* SPDX-License-Identifier: MIT */
/* Invariant walker of the mapping database (M1-M3 of mapdb.h), for tests and the debugger. */
#pragma once

#include <lib/base.h>

struct space;

/*
 * Check one space with everything in it. `still`: nothing is being unmapped, nor was given up
 * half way; only then all children have a subset of their parent's rights and ports.
 * Context: nothing else maps or unmaps meanwhile.
 * Returns: NULL if all is well, else a text that says what is not.
 */
const char *space_check(struct space *s, bool still) must_check;
