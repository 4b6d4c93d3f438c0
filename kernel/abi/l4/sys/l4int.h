/* SPDX-License-Identifier: MIT */
/*
 * Integer types of the ABI: fixed widths and the machine word.
 *
 * A machine word is 64 bit. Message registers, capability selectors, addresses and
 * labels are machine words.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef int8_t l4_int8_t;
typedef uint8_t l4_uint8_t;
typedef int16_t l4_int16_t;
typedef uint16_t l4_uint16_t;
typedef int32_t l4_int32_t;
typedef uint32_t l4_uint32_t;
typedef int64_t l4_int64_t;
typedef uint64_t l4_uint64_t;

typedef long l4_mword_t;           /* signed machine word */
typedef unsigned long l4_umword_t; /* unsigned machine word */
typedef unsigned long l4_addr_t;   /* virtual or physical address */
typedef size_t l4_size_t;
typedef ptrdiff_t l4_ssize_t;

#define L4_MWORD_BITS 64 /* bits of a machine word */
