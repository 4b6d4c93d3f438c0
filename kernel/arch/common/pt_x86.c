/* SPDX-License-Identifier: MIT */
/*
 * User page tables in the format of x86-64, see <arch/pt.h>. Also what the host uses: tables
 * are just memory.
 *
 *   leaf   frame | NX | type | used | US RW P     (PS at level 1)
 *   kumem  as a leaf, KUMEM set; reserved: KUMEM alone
 *   dead   ~frame | DEAD, not present
 *
 * A dead entry holds the inverted address: a CPU that speculates with entries that are not
 * present (L1TF) finds no memory there.
 *
 * Pairs:  (A) pt_cas, pt_swap release  <->  pt_load acquire: a table is initialised before it
 *         is seen, a twin pointer is cleared before its entry is empty.
 */
#include <arch/mmu.h>
#include <arch/pt.h>

#define BIT_P BIT(0)
#define BIT_RW BIT(1)
#define BIT_US BIT(2)
#define BIT_PWT BIT(3) /* alone: write combining, with PCD: uncached; set in the PAT at boot */
#define BIT_PCD BIT(4)
#define BIT_A BIT(5)
#define BIT_D BIT(6)
#define BIT_PS BIT(7)
#define BIT_KUMEM BIT(9) /* 9-11 are ours */
#define BIT_DEAD BIT(10)
#define BIT_NX BIT(63)
#define ADDR_MASK (BIT(52) - BIT(PT_PAGE_ORDER))

static const uint64_t type_bits[] = {
    [PT_CACHED] = 0,
    [PT_UNCACHED] = BIT_PCD | BIT_PWT,
    [PT_WRITE_COMBINING] = BIT_PWT,
};

/* ---- slots ---------------------------------------------------------------------------- */

pt_entry pt_load(const struct pt_slot *s)
{
    return __atomic_load_n(&s->raw, __ATOMIC_ACQUIRE); /* (A) */
}

bool pt_cas(struct pt_slot *s, pt_entry old, pt_entry e)
{
    return __atomic_compare_exchange_n(&s->raw, &old, e, false, __ATOMIC_ACQ_REL, /* (A) */
                                       __ATOMIC_ACQUIRE);
}

pt_entry pt_swap(struct pt_slot *s, pt_entry e)
{
    return __atomic_exchange_n(&s->raw, e, __ATOMIC_ACQ_REL); /* (A) */
}

void pt_grow(struct pt_slot *s, unsigned rights)
{
    /* relaxed: nothing is published, the frame was reachable before */
    if (rights & PT_W)
        (void)__atomic_fetch_or(&s->raw, BIT_RW, __ATOMIC_RELAXED);
    if (rights & PT_X)
        (void)__atomic_fetch_and(&s->raw, ~BIT_NX, __ATOMIC_RELAXED);
}

void pt_shrink(struct pt_slot *s, unsigned rights)
{
    /* relaxed: the TLB flush that follows orders it for the CPUs concerned */
    if (rights & PT_W)
        (void)__atomic_fetch_and(&s->raw, ~BIT_RW, __ATOMIC_RELAXED);
    if (rights & PT_X)
        (void)__atomic_fetch_or(&s->raw, BIT_NX, __ATOMIC_RELAXED);
}

void pt_mark(struct pt_slot *s, unsigned used)
{
    const uint64_t bits = (used & PT_REFERENCED ? BIT_A : 0) | (used & PT_DIRTY ? BIT_D : 0);

    /* relaxed: hints to whoever unmaps the page */
    if (bits)
        (void)__atomic_fetch_or(&s->raw, bits, __ATOMIC_RELAXED);
}

/* ---- values --------------------------------------------------------------------------- */

bool pt_is_table(pt_entry e, unsigned level)
{
    return level > 0 && (e & BIT_P) && !(e & BIT_PS);
}

bool pt_is_leaf(pt_entry e, unsigned level)
{
    return (e & BIT_P) && (level == 0 || (e & BIT_PS));
}

bool pt_is_dead(pt_entry e)
{
    return (e & (BIT_P | BIT_DEAD)) == BIT_DEAD;
}

bool pt_is_kumem(pt_entry e)
{
    return e & BIT_KUMEM;
}

pt_entry pt_make_table(const void *table)
{
    return virt_to_phys(table) | BIT_P | BIT_RW | BIT_US;
}

pt_entry pt_make_leaf(paddr frame, unsigned level, unsigned rights, enum pt_cache cache)
{
    return (frame & ADDR_MASK) | BIT_P | BIT_US | (rights & PT_W ? BIT_RW : 0) |
           (rights & PT_X ? 0 : BIT_NX) | (level ? BIT_PS : 0) | type_bits[cache];
}

pt_entry pt_make_kumem(const void *frame)
{
    return pt_make_leaf(virt_to_phys(frame), 0, PT_R | PT_W, PT_CACHED) | BIT_KUMEM;
}

pt_entry pt_make_reserved(void)
{
    return BIT_KUMEM;
}

pt_entry pt_make_dead(pt_entry leaf)
{
    return (~leaf & ADDR_MASK) | BIT_DEAD;
}

void *pt_table(pt_entry e)
{
    return phys_to_virt(e & ADDR_MASK);
}

paddr pt_frame(pt_entry e)
{
    return (pt_is_dead(e) ? ~e : e) & ADDR_MASK;
}

unsigned pt_rights(pt_entry e)
{
    if (!(e & BIT_P))
        return 0;
    return PT_R | (e & BIT_RW ? PT_W : 0) | (e & BIT_NX ? 0 : PT_X);
}

enum pt_cache pt_cache_of(pt_entry e)
{
    if (e & BIT_PCD)
        return PT_UNCACHED;
    return e & BIT_PWT ? PT_WRITE_COMBINING : PT_CACHED;
}

unsigned pt_used_of(pt_entry e)
{
    if (!(e & BIT_P))
        return 0;
    return (e & BIT_A ? PT_REFERENCED : 0) | (e & BIT_D ? PT_DIRTY : 0);
}

pt_entry pt_split_leaf(pt_entry super, unsigned i)
{
    return (super & ~BIT_PS) + ((pt_entry)i << PT_PAGE_ORDER);
}
