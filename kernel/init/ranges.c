/* SPDX-License-Identifier: MIT */
/* See <init/ranges.h> for the contract. */
#include <init/ranges.h>

void ranges_clear(struct ranges *s)
{
    s->n = 0;
    s->lost = 0;
}

static void range_remove(struct ranges *s, unsigned i)
{
    s->n--;
    for (; i < s->n; i++)
        s->r[i] = s->r[i + 1];
}

/* Put r at place i. Without room the smallest of all is given up, which may be r itself. */
static void range_insert(struct ranges *s, unsigned i, struct phys_range r)
{
    if (s->n == RANGES_MAX) {
        unsigned least = 0;

        for (unsigned k = 1; k < s->n; k++)
            if (s->r[k].end - s->r[k].start < s->r[least].end - s->r[least].start)
                least = k;
        s->lost++;
        if (r.end - r.start <= s->r[least].end - s->r[least].start)
            return;
        range_remove(s, least);
        if (least < i)
            i--;
    }
    for (unsigned k = s->n; k > i; k--)
        s->r[k] = s->r[k - 1];
    s->r[i] = r;
    s->n++;
}

void ranges_add(struct ranges *s, uint64_t start, uint64_t end)
{
    unsigned i = 0;

    if (start >= end)
        return;
    while (i < s->n && s->r[i].end < start)
        i++;
    /* swallow everything that touches the new range */
    while (i < s->n && s->r[i].start <= end) {
        start = min(start, s->r[i].start);
        end = max(end, s->r[i].end);
        range_remove(s, i);
    }
    range_insert(s, i, (struct phys_range){ start, end });
}

void ranges_sub(struct ranges *s, uint64_t start, uint64_t end)
{
    if (start >= end)
        return;
    for (unsigned i = 0; i < s->n;) {
        struct phys_range old = s->r[i];

        if (old.end <= start || old.start >= end) {
            i++;
            continue;
        }
        range_remove(s, i);
        if (old.start < start)
            range_insert(s, i, (struct phys_range){ old.start, start });
        while (i < s->n && s->r[i].start < end && s->r[i].end <= start)
            i++;
        if (old.end > end)
            range_insert(s, i, (struct phys_range){ end, old.end });
    }
}

bool ranges_contain(const struct ranges *s, uint64_t start, uint64_t end)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->r[i].start <= start && end <= s->r[i].end)
            return true;
    return start >= end;
}

bool ranges_touch(const struct ranges *s, uint64_t start, uint64_t end)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->r[i].start < end && start < s->r[i].end)
            return true;
    return false;
}

uint64_t ranges_bytes(const struct ranges *s)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < s->n; i++)
        sum += s->r[i].end - s->r[i].start;
    return sum;
}

void ranges_shrink_to_pages(struct ranges *s)
{
    for (unsigned i = 0; i < s->n;) {
        struct phys_range *r = &s->r[i];
        const uint64_t start = align_up(r->start, 4096);

        /* start below r->start: the last page of the address space, rounded past its end */
        if (start < r->start || start >= align_down(r->end, 4096)) {
            range_remove(s, i);
            continue;
        }
        r->start = start;
        r->end = align_down(r->end, 4096);
        i++;
    }
}

bool ranges_find_top(const struct ranges *s, uint64_t bytes, uint64_t align, uint64_t limit,
                     uint64_t *start)
{
    for (unsigned i = s->n; i-- > 0;) {
        const uint64_t end = min(s->r[i].end, limit);
        uint64_t at;

        if (end < s->r[i].start || end - s->r[i].start < bytes)
            continue;
        at = align_down(end - bytes, align);
        if (at >= s->r[i].start) {
            *start = at;
            return true;
        }
    }
    return false;
}
