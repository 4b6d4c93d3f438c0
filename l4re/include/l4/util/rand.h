/* SPDX-License-Identifier: MIT */
/*
 * Pseudo-random numbers for tests and load generators: fast, repeatable, not for secrets.
 * Context: one state for the whole program; threads that share it may see equal numbers.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

EXTERN_C_BEGIN

/* Next number, uniform over 32 bits. */
l4_uint32_t l4util_rand(void) L4_NOTHROW;

/* Start the sequence that belongs to `seed`. */
void l4util_srand(l4_uint32_t seed) L4_NOTHROW;

EXTERN_C_END
