/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, with padding, no line breaks). Needs the C library (malloc). */
#pragma once

#include <l4/sys/compiler.h>

EXTERN_C_BEGIN

/* Encode. *outfile becomes a NUL-terminated string to be freed, or NULL without memory. */
void base64_encode(char const *infile, unsigned int length, char **outfile);

/*
 * Decode `length` characters; characters outside the alphabet are skipped, "=" ends the text.
 * *outfile becomes a buffer to be freed, NUL behind the data, or NULL without memory.
 * Returns: bytes of data.
 */
unsigned int base64_decode(char const *infile, unsigned int length, char **outfile);

EXTERN_C_END
