/* SPDX-License-Identifier: MIT */
#include <l4/util/base64.h>

#include <l4/sys/l4int.h>

/* The C library of the program; without one, nothing here gets linked. */
void *malloc(size_t size);

static char const alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(char const *infile, unsigned int length, char **outfile)
{
    unsigned char const *in = (unsigned char const *)infile;
    char *out = malloc(((size_t)length + 2) / 3 * 4 + 1);

    *outfile = out;
    if (!out)
        return;
    while (length) {
        unsigned n = length < 3 ? length : 3;
        l4_uint32_t v = (l4_uint32_t)in[0] << 16;

        if (n > 1)
            v |= (l4_uint32_t)in[1] << 8;
        if (n > 2)
            v |= in[2];
        out[0] = alphabet[v >> 18];
        out[1] = alphabet[(v >> 12) & 63];
        out[2] = n > 1 ? alphabet[(v >> 6) & 63] : '=';
        out[3] = n > 2 ? alphabet[v & 63] : '=';
        in += n;
        length -= n;
        out += 4;
    }
    *out = 0;
}

/* Value of a character, or -1. */
static int value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

unsigned int base64_decode(char const *infile, unsigned int length, char **outfile)
{
    char *out = malloc((size_t)length / 4 * 3 + 4);
    unsigned int done = 0;
    unsigned int bits = 0;
    l4_uint32_t v = 0;

    *outfile = out;
    if (!out)
        return 0;
    for (; length && *infile != '='; infile++, length--) {
        int x = value(*infile);

        if (x < 0)
            continue;
        v = (v << 6) | (l4_uint32_t)x;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[done++] = (char)(v >> bits);
        }
    }
    out[done] = 0;
    return done;
}
