/* SPDX-License-Identifier: MIT */
/*
 * See <space/hotspot.h>. Everything is computed in units (bytes, ports, slots); a flexpage word
 * holds ports and slot numbers from bit 12 up, so only memory keeps its address as it stands.
 */
#include <space/hotspot.h>

#include <l4/sys/__l4_fpage.h>
#include <lib/bits.h>

struct part {
    uint64_t base;
    unsigned order;
};

static unsigned fpage_type(uint64_t fpage)
{
    return (unsigned)(fpage & L4_FPAGE_TYPE_MASK) >> L4_FPAGE_TYPE_SHIFT;
}

static unsigned fpage_order(uint64_t fpage)
{
    return (unsigned)(fpage & L4_FPAGE_SIZE_MASK) >> L4_FPAGE_SIZE_SHIFT;
}

static bool is_everything(uint64_t fpage)
{
    return fpage_type(fpage) == L4_FPAGE_SPECIAL && fpage_order(fpage) == L4_WHOLE_ADDRESS_SPACE;
}

static unsigned type_order(unsigned type)
{
    if (type == L4_FPAGE_MEMORY)
        return HOTSPOT_MEM_ORDER;
    return type == L4_FPAGE_IO ? HOTSPOT_IO_ORDER : HOTSPOT_OBJ_ORDER;
}

/* The base bits of a flexpage or item word in units of this type. */
static uint64_t units(uint64_t word, unsigned type)
{
    if (type == L4_FPAGE_MEMORY)
        return word & L4_FPAGE_ADDR_MASK;
    return word >> L4_FPAGE_ADDR_SHIFT;
}

static uint64_t round_down(uint64_t x, unsigned order)
{
    return x & ~bits_below(order);
}

/*
 * Orders beyond the type's largest mean the whole of it. The base is cut to its own size. Returns:
 * false if the part lies outside the space.
 */
static bool part_of(struct part *p, uint64_t fpage, unsigned type)
{
    const unsigned largest = type_order(type);

    p->order = fpage_order(fpage);
    if (p->order > largest) {
        *p = (struct part){ .base = 0, .order = largest };
        return true;
    }
    p->base = round_down(units(fpage, type), p->order);
    return p->base < BIT(largest);
}

static enum hotspot_result find_ports(struct hotspot *h, struct part s, struct part w)
{
    const struct part small = s.order <= w.order ? s : w;
    const struct part large = s.order <= w.order ? w : s;

    if (round_down(small.base, large.order) != large.base)
        return HOTSPOT_NOTHING;
    h->src = h->dst = small.base;
    h->order = small.order;
    return HOTSPOT_MAP;
}

static void find_place(struct hotspot *h, struct part s, struct part w, uint64_t hot)
{
    if (w.order >= s.order) {
        h->src = s.base;
        h->dst = w.base + round_down(hot & bits_below(w.order), s.order);
        h->order = s.order;
    } else {
        h->src = s.base + round_down(hot & bits_below(s.order), w.order);
        h->dst = w.base;
        h->order = w.order;
    }
}

enum hotspot_result hotspot_find(struct hotspot *h, uint64_t item, uint64_t fpage, uint64_t window)
{
    const unsigned type = fpage_type(fpage);
    struct part s, w = { .base = 0, .order = type_order(type) };

    if (type == L4_FPAGE_SPECIAL)
        return HOTSPOT_BAD;
    h->type = type;
    h->rights = (unsigned)(fpage & L4_FPAGE_RIGHTS_MASK);
    if (!part_of(&s, fpage, type))
        return HOTSPOT_NOTHING;
    if (!is_everything(window)) {
        if (fpage_type(window) != type || !part_of(&w, window, type))
            return HOTSPOT_NOTHING;
    } else if (units(item, type) >= BIT(w.order) && type != L4_FPAGE_IO) {
        return HOTSPOT_NOTHING; /* the hot spot itself is the target, and there is none */
    }
    if (type == L4_FPAGE_IO)
        return find_ports(h, s, w);
    if (type == L4_FPAGE_MEMORY && min(s.order, w.order) < L4_PAGESHIFT)
        return HOTSPOT_SMALL;
    find_place(h, s, w, units(item, type));
    return HOTSPOT_MAP;
}

enum hotspot_result hotspot_whole(struct hotspot *h, uint64_t fpage, unsigned type)
{
    struct part p;

    if (!is_everything(fpage) && fpage_type(fpage) != type)
        return HOTSPOT_NOTHING;
    if (!part_of(&p, fpage, type))
        return HOTSPOT_NOTHING;
    if (type == L4_FPAGE_MEMORY && p.order < L4_PAGESHIFT)
        return HOTSPOT_SMALL;
    *h = (struct hotspot){
        .type = type,
        .rights = (unsigned)(fpage & L4_FPAGE_RIGHTS_MASK),
        .order = p.order,
        .src = p.base,
        .dst = p.base,
    };
    return HOTSPOT_MAP;
}

uint64_t hotspot_return_item(uint64_t item, uint64_t fpage, unsigned kind)
{
    return (item & L4_FPAGE_CONTROL_MASK) | (fpage & (L4_FPAGE_SIZE_MASK | L4_FPAGE_TYPE_MASK)) |
           L4_ITEM_MAP | (kind & L4_RET_ITEM_TYPE_MASK) | (item & L4_ITEM_CONT);
}
