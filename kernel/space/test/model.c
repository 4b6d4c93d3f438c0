/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <arch/pt.h>
#include <stdlib.h>
#include <string.h>

#define UNITS (M_SPACES * M_PAGES)
#define ALL (-1)
#define NONE (-1)

/* A mapping node: one page, or 512 (as one leaf, or split and then some of them gone). */
struct unit {
    bool used, big, split;
    int space, parent;
    unsigned page, frame;
    uint8_t rights[512];
};

static struct unit units[UNITS];
static int slot[M_SPACES][M_PAGES];
static bool table[M_SPACES][M_REGIONS];

void model_reset(void)
{
    memset(units, 0, sizeof(units));
    memset(slot, 0xff, sizeof(slot));
    memset(table, 0, sizeof(table));
}

static unsigned size_of(const struct unit *u)
{
    return u->big ? 512 : 1;
}

static bool is_super(const struct unit *u)
{
    return u->big && !u->split;
}

static int add(int space, unsigned page, bool big, int parent, unsigned frame, unsigned rights)
{
    int n = 0;

    while (units[n].used)
        if (++n == UNITS)
            abort();
    units[n] = (struct unit){
        .used = true, .big = big, .space = space, .parent = parent, .page = page, .frame = frame
    };
    memset(units[n].rights, (int)rights, sizeof(units[n].rights));
    for (unsigned i = 0; i < size_of(&units[n]); i++)
        slot[space][page + i] = n;
    return n;
}

static void drop_page(int n, unsigned i)
{
    struct unit *u = &units[n];
    unsigned left = 0;

    slot[u->space][u->page + i] = NONE;
    u->rights[i] = 0;
    for (unsigned k = 0; k < size_of(u); k++)
        left += slot[u->space][u->page + k] == n;
    if (!left)
        u->used = false;
}

/* Page `i` of the unit, or ALL. */
static void take(int n, int i, unsigned rights, bool self)
{
    struct unit *u = &units[n];

    for (int c = 0; c < UNITS; c++)
        if (units[c].used && units[c].parent == n &&
            (i == ALL || units[c].big || units[c].frame == u->frame + (unsigned)i))
            take(c, ALL, rights, true);
    if (!self)
        return;
    for (unsigned k = 0; k < size_of(u) && u->used; k++) {
        if ((i != ALL && (unsigned)i != k) || slot[u->space][u->page + k] != n)
            continue;
        if (rights & PT_R)
            drop_page(n, k);
        else
            u->rights[k] &= (uint8_t)~rights;
    }
}

static void split(int n)
{
    units[n].split = true;
    table[units[n].space][units[n].page / 512] = true;
}

static int part(int n, unsigned page)
{
    return units[n].split ? (int)(page - units[n].page) : ALL;
}

/* Returns: pages done, 0 to look again. */
static unsigned map_one(int src, unsigned from, int dst, unsigned to, unsigned left,
                        unsigned rights, bool grant, bool *mapped)
{
    const int s = slot[src][from];
    struct unit *u, *t;
    unsigned at, r;
    bool big;

    if (s == NONE) {
        if (src)
            return 1;
        big = !table[0][from / 512];
        (void)add(0, big ? from & ~511u : from, big, NONE, big ? from & ~511u : from, PT_RWX);
        return 0;
    }
    u = &units[s];
    at = from - u->page;
    r = u->rights[at] & rights;
    if (!r)
        return 1;
    big = is_super(u) && !(from % 512) && !(to % 512) && left >= 512 && !table[dst][to / 512];
    const unsigned size = big ? 512 : 1;
    const int n = slot[dst][to];

    if (!big && (n == NONE || !is_super(&units[n])))
        table[dst][to / 512] = true;
    if (n == NONE) {
        const unsigned lost = u->rights[at] & ~r & (PT_W | PT_X);

        if (grant && u->parent != NONE && u->big == big && !u->split) {
            if (lost) {
                take(s, ALL, lost, true);
                return 0;
            }
            for (unsigned i = 0; i < size; i++) {
                slot[src][from + i] = NONE;
                slot[dst][to + i] = s;
            }
            u->space = dst;
            u->page = to;
        } else {
            (void)add(dst, to, big, s, u->frame + at, r | PT_R);
        }
        *mapped = true;
        return size;
    }
    t = &units[n];
    if (src == dst && from == to) {
        take(n, part(n, to), PT_RWX, true);
        return size;
    }
    if (!grant && t->parent == s && t->frame + (to - t->page) == u->frame + at) {
        if (!(r & ~t->rights[to - t->page])) {
            *mapped = true;
            return size;
        }
        if (is_super(t) && !big) {
            split(n);
            return 0;
        }
        for (unsigned i = 0; i < size_of(t); i++)
            if (is_super(t) || i == to - t->page)
                t->rights[i] |= (uint8_t)r;
        *mapped = true;
        return size;
    }
    if (is_super(t) && !big)
        split(n);
    else
        take(n, part(n, to), PT_RWX, true);
    return 0;
}

bool model_map(int src, unsigned from, int dst, unsigned to, unsigned pages, unsigned rights,
               bool grant)
{
    bool mapped = false;

    while (pages) {
        const unsigned n = map_one(src, from, dst, to, pages, rights, grant, &mapped);

        from += n;
        to += n;
        pages -= n;
    }
    return mapped;
}

void model_unmap(int s, unsigned at, unsigned pages, unsigned rights, bool self)
{
    const unsigned end = at + pages;

    if (rights & PT_R)
        rights = PT_RWX;
    while (at < end) {
        const int n = slot[s][at];
        bool whole;

        if (n == NONE) {
            at++;
            continue;
        }
        if (!is_super(&units[n])) {
            take(n, part(n, at), rights, self);
            at++;
            continue;
        }
        whole = self || (!(at % 512) && end - at >= 512);
        take(n, whole ? ALL : (int)(at - units[n].page), rights, self);
        at = whole ? (at | 511) + 1 : at + 1;
    }
}

unsigned model_rights(int s, unsigned page, unsigned *frame)
{
    const int n = slot[s][page];

    if (n == NONE)
        return 0;
    *frame = units[n].frame + page - units[n].page;
    return units[n].rights[page - units[n].page];
}

unsigned model_order(int s, unsigned page)
{
    return is_super(&units[slot[s][page]]) ? 21 : 12;
}
