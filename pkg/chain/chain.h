/* SPDX-License-Identifier: MIT */
/*
 * What travels along the chain: a text to which every stage adds a word, once on the way there and
 * once on the way back.
 *
 * Request and answer: a string.  Errors: -L4_EMSGTOOLONG when the text has no room left.
 */
#pragma once

enum {
    CHAIN_PROTO = 0x45,
    CHAIN_TEXT_MAX = 400, /* bytes with the NUL; a message holds about 490 */
};

/*
 * Send the text to `next` and put what comes back in its place.
 * Returns: 0 or -L4_E*.
 */
long chain_pass(unsigned long next, char text[CHAIN_TEXT_MAX]);

/* Add " word" to the text. Returns: 0 or -L4_EMSGTOOLONG with the text unchanged. */
long chain_add(char text[CHAIN_TEXT_MAX], const char *word);
