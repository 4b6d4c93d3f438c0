/* SPDX-License-Identifier: MIT */
#include "mb2_block.h"

#include <string.h>

void mb2_begin(struct mb2_block *b)
{
    memset(b, 0, sizeof(*b));
    b->used = 8;
}

void mb2_tag(struct mb2_block *b, uint32_t type, const void *data, uint32_t n)
{
    char *p = (char *)b->bytes + b->used;
    const uint32_t size = n + 8;

    memcpy(p, &type, 4);
    memcpy(p + 4, &size, 4);
    if (n)
        memcpy(p + 8, data, n);
    b->used = align_up(b->used + size, 8);
}

void mb2_string(struct mb2_block *b, uint32_t type, const char *s)
{
    mb2_tag(b, type, s, (uint32_t)strlen(s) + 1);
}

void mb2_module(struct mb2_block *b, uint32_t start, uint32_t end, const char *cmdline)
{
    char data[256];
    const uint32_t n = (uint32_t)strlen(cmdline) + 1;

    memcpy(data, &start, 4);
    memcpy(data + 4, &end, 4);
    memcpy(data + 8, cmdline, n);
    mb2_tag(b, 3, data, 8 + n);
}

void mb2_map(struct mb2_block *b, const struct mb2_mem *m, unsigned n)
{
    static char data[8 + 512 * sizeof(struct mb2_mem)];
    const uint32_t each = sizeof(*m);

    memcpy(data, &each, 4);
    memset(data + 4, 0, 4);
    memcpy(data + 8, m, n * sizeof(*m));
    mb2_tag(b, 6, data, 8 + n * each);
}

const void *mb2_end(struct mb2_block *b)
{
    mb2_tag(b, 0, NULL, 0);
    b->bytes[0] = b->used;
    return b->bytes;
}
