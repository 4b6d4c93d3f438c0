/* SPDX-License-Identifier: MIT */
/* See "syms.h". */
#include "syms.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct sym *table;
static unsigned count;

static bool table_add(uint64_t addr, unsigned class)
{
    if ((count & (count - 1)) == 0) {
        struct sym *bigger = realloc(table, (count ? 2u * count : 1u) * sizeof(*table));

        if (!bigger)
            return false;
        table = bigger;
    }
    table[count] = (struct sym){ .addr = addr, .class = class, .index = count };
    count++;
    return true;
}

bool syms_load(const char *path)
{
    FILE *f = fopen(path, "r");
    uint64_t addr;
    unsigned class;
    bool ok = true;

    if (!f)
        return false;
    while (ok && fscanf(f, "%" SCNx64 " %u %*s", &addr, &class) == 2)
        ok = table_add(addr, class);
    fclose(f);
    return ok && count;
}

const struct sym *syms_find(uint64_t addr)
{
    unsigned low = 0;
    unsigned high = count;

    while (high - low > 1) {
        unsigned mid = (low + high) / 2;

        if (table[mid].addr <= addr)
            low = mid;
        else
            high = mid;
    }
    return &table[low];
}

unsigned syms_count(void)
{
    return count;
}

const struct sym *syms_at(unsigned index)
{
    return &table[index];
}
