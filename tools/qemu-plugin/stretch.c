/* SPDX-License-Identifier: MIT */
/* See "stretch.h". */
#include "stretch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    TABLE_SIZE = 1 << 14,
    LENGTHS = 1 << 16
};

/* All stretches with the same begin and end. */
struct record {
    uint64_t start, end;
    uint64_t count, total, longest;
    uint32_t slow[SLOW_COUNT]; /* of the one with most */
    unsigned nsteps;
    struct step *steps; /* of the longest */
};

static struct record table[TABLE_SIZE];
static unsigned used;
static uint64_t dropped; /* stretches the table had no room for, or memory for their steps */
static uint64_t lengths[LENGTHS];

void stretch_begin(struct stretch *s, uint64_t start)
{
    s->start = start;
    s->length = 0;
    s->nsteps = 0;
    memset(s->slow, 0, sizeof(s->slow));
}

void stretch_count(struct stretch *s, uint64_t pc, const struct sym *sym, enum insn_slow slow)
{
    struct step *last = s->nsteps ? &s->steps[s->nsteps - 1] : NULL;

    s->length++;
    if (slow != SLOW_NONE)
        s->slow[slow]++;
    if (last && (last->sym == sym || s->nsteps == STRETCH_STEPS)) {
        last->length++;
        return;
    }
    s->steps[s->nsteps++] = (struct step){ .sym = sym, .pc = pc, .length = 1 };
}

static struct record *record_find(uint64_t start, uint64_t end)
{
    unsigned at = (unsigned)((start * 31 + end) * 0x9e3779b97f4a7c15u >> 50);

    while (table[at].count && (table[at].start != start || table[at].end != end))
        at = (at + 1) % TABLE_SIZE;
    if (table[at].count)
        return &table[at];
    if (used == TABLE_SIZE - 1)
        return NULL;
    used++;
    table[at].start = start;
    table[at].end = end;
    return &table[at];
}

static void steps_keep(struct record *r, const struct stretch *s)
{
    struct step *copy = realloc(r->steps, s->nsteps * sizeof(*copy));

    if (!copy) {
        dropped++;
        return;
    }
    memcpy(copy, s->steps, s->nsteps * sizeof(*copy));
    r->steps = copy;
    r->nsteps = s->nsteps;
}

static uint64_t slow_sum(const uint32_t *slow)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < SLOW_COUNT; i++)
        sum += slow[i];
    return sum;
}

void stretch_finish(struct stretch *s, uint64_t end)
{
    struct record *r = record_find(s->start, end);

    lengths[s->length < LENGTHS ? s->length : LENGTHS - 1]++;
    if (!r) {
        dropped++;
        return;
    }
    r->count++;
    r->total += s->length;
    if (slow_sum(s->slow) > slow_sum(r->slow))
        memcpy(r->slow, s->slow, sizeof(r->slow));
    if (s->length > r->longest) {
        r->longest = s->length;
        steps_keep(r, s);
    }
}

static void record_report(FILE *out, const struct record *r)
{
    fprintf(out, "stretch %" PRIx64 " %" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64, r->start,
            r->end, r->count, r->total, r->longest);
    for (unsigned i = 0; i < SLOW_COUNT; i++)
        fprintf(out, " %" PRIu32, r->slow[i]);
    fprintf(out, "\n");
    for (unsigned i = 0; i < r->nsteps; i++)
        fprintf(out, "step %" PRIx64 " %" PRIx64 " %" PRIu64 "\n", r->steps[i].sym->addr,
                r->steps[i].pc, r->steps[i].length);
}

void stretch_report(FILE *out)
{
    if (dropped)
        fprintf(out, "dropped %" PRIu64 "\n", dropped);
    for (unsigned i = 0; i < LENGTHS; i++)
        if (lengths[i])
            fprintf(out, "length %u %" PRIu64 "\n", i, lengths[i]);
    for (unsigned i = 0; i < TABLE_SIZE; i++)
        if (table[i].count)
            record_report(out, &table[i]);
}
