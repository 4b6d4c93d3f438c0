/* SPDX-License-Identifier: MIT */
/* See <sigma0/memmap.h>. Portable: the host tests run it on an invented machine. */
#include <sigma0/memmap.h>

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>

enum {
    NODES_LOW = 32,      /* refill the pool below this */
    NODES_PER_TAKE = 4,  /* mem_take() splits at both ends, each step checks for two */
    PHYS_ADDR_BITS = 52, /* no x86 CPU has more */
};

#define PHYS_LAST ((1UL << PHYS_ADDR_BITS) - 1)

/* ---- from descriptors to ranges -------------------------------------------------------------- */

/* Conventional memory counts in whole pages, everything else claims every page it touches. */
static bool desc_range(l4_kernel_info_mem_desc_t const *md, l4_addr_t *start, l4_addr_t *last)
{
    l4_addr_t s = l4_kernel_info_get_mem_desc_start(md);
    l4_addr_t e = l4_kernel_info_get_mem_desc_end(md);

    if (s >= e || s > PHYS_LAST)
        return false;
    if (e > PHYS_LAST)
        e = PHYS_LAST;
    if (l4_kernel_info_get_mem_desc_type(md) == l4_mem_type_conventional) {
        s = l4_round_page(s);
        e = l4_trunc_page(e + 1); /* first byte behind, at most 2^52 */
        if (s >= e)
            return false;
        e--;
    } else {
        s = l4_trunc_page(s);
        e |= L4_PAGEMASKLOW;
    }
    *start = s;
    *last = e;
    return true;
}

static int desc_apply(struct memmap *m, l4_kernel_info_mem_desc_t const *md)
{
    l4_umword_t type = l4_kernel_info_get_mem_desc_type(md);
    unsigned rights = (unsigned)l4_kernel_info_get_mem_desc_subtype(md) & L4_FPAGE_RWX;
    l4_addr_t start, last;

    if (type == l4_mem_type_undefined || l4_kernel_info_get_mem_desc_is_virtual(md) ||
        !desc_range(md, &start, &last))
        return 0;
    if (type == l4_mem_type_conventional)
        return rmap_set(&m->ram, start, last, mem_value(MEM_FREE, L4_FPAGE_RWX, 0));
    if (type == l4_mem_type_bootloader)
        return rmap_set(
            &m->ram, start, last,
            mem_value(MEM_OWNED, rights ? rights : (unsigned)L4_FPAGE_RWX, MEM_ROOT_CLIENT));
    if (type == l4_mem_type_info || type == l4_mem_type_archspecific || type == l4_mem_type_shared)
        return rmap_clear(&m->ram, start, last); /* device memory */
    return rmap_set(&m->ram, start, last, mem_value(MEM_RESERVED, 0, 0));
}

int mem_init(struct memmap *m, l4_kernel_info_t const *kip)
{
    l4_kernel_info_mem_desc_t const *md = l4_kernel_info_get_mem_descs(kip);
    int n = l4_kernel_info_get_num_mem_descs(kip);

    m->pool = (struct rmap_pool){ NULL, 0 };
    rmap_pool_add(&m->pool, m->nodes, MEM_STATIC_NODES);
    rmap_init(&m->ram, &m->pool);
    rmap_init(&m->ports, &m->pool);
    for (int i = 0; i < n; i++) {
        int err = desc_apply(m, &md[i]);

        if (err < 0)
            return err;
    }
    return 0;
}

/* ---- own memory ------------------------------------------------------------------------------ */

static struct rmap_node *last_free(struct memmap const *m)
{
    struct rmap_node *found = NULL;

    for (struct rmap_node *n = rmap_at_or_after(&m->ram, 0); n; n = rmap_next(&m->ram, n)) {
        if (mem_value_kind(n->value) == MEM_FREE)
            found = n;
    }
    return found;
}

void mem_refill(struct memmap *m)
{
    struct rmap_node *n;
    l4_addr_t page;

    if (m->pool.count >= NODES_LOW)
        return;
    /* the highest page: low memory is what devices and boot code need */
    n = last_free(m);
    if (!n)
        return;
    page = l4_trunc_page(n->last);
    if (rmap_set(&m->ram, page, page + L4_PAGEMASKLOW, mem_value(MEM_RESERVED, 0, 0)) < 0)
        return;
    rmap_pool_add(&m->pool, (struct rmap_node *)page, L4_PAGESIZE / sizeof(struct rmap_node));
}

/* ---- requests ----------------------------------------------------------------------------------
 */

static int block_check(l4_addr_t addr, unsigned order)
{
    if (order < L4_PAGESHIFT)
        return -L4_EINVAL;
    if (order > PHYS_ADDR_BITS)
        return -L4_ENOMEM;
    if (addr & ((1UL << order) - 1))
        return -L4_EINVAL;
    if (addr > PHYS_LAST)
        return -L4_ENOMEM;
    return 0;
}

/* Rights that all of [addr, last] offers to the client, or -L4_ENOMEM. */
static int region_rights(struct memmap const *m, l4_addr_t addr, l4_addr_t last, l4_umword_t client)
{
    unsigned rights = L4_FPAGE_RWX;

    for (;;) {
        struct rmap_node const *n = rmap_find(&m->ram, addr);

        if (!n || mem_value_kind(n->value) == MEM_RESERVED)
            return -L4_ENOMEM;
        if (mem_value_kind(n->value) == MEM_OWNED && mem_value_owner(n->value) != client)
            return -L4_ENOMEM;
        rights &= mem_value_rights(n->value);
        if (n->last >= last)
            return rights ? (int)rights : -L4_ENOMEM;
        addr = n->last + 1;
    }
}

/* Give the free parts of [addr, last] to the client; needs NODES_PER_TAKE nodes in the pool. */
static void region_own(struct memmap *m, l4_addr_t addr, l4_addr_t last, l4_umword_t client)
{
    for (;;) {
        struct rmap_node const *n = rmap_find(&m->ram, addr);
        l4_addr_t end = n->last < last ? n->last : last;

        if (mem_value_kind(n->value) == MEM_FREE)
            (void)rmap_set(&m->ram, addr, end, mem_value(MEM_OWNED, L4_FPAGE_RWX, client));
        if (end == last)
            return;
        addr = end + 1;
    }
}

int mem_take(struct memmap *m, l4_addr_t addr, unsigned order, l4_umword_t client, unsigned need)
{
    int err = block_check(addr, order);
    l4_addr_t last = addr + ((1UL << order) - 1);
    int rights;

    if (err < 0)
        return err;
    rights = region_rights(m, addr, last, client);
    if (rights < 0)
        return rights;
    if (((unsigned)rights & need) != need)
        return -L4_ENOMEM;
    if (m->pool.count < NODES_PER_TAKE)
        return -L4_ENOMEM;

    /* -- no errors below this line -- */
    region_own(m, addr, last, client);
    return rights;
}

int mem_take_any(struct memmap *m, unsigned order, l4_umword_t client, l4_addr_t *addr)
{
    int err = block_check(0, order);
    l4_addr_t low;

    if (err < 0)
        return err;
    low = (1UL << order) - 1;
    for (struct rmap_node *n = rmap_at_or_after(&m->ram, 0); n; n = rmap_next(&m->ram, n)) {
        l4_addr_t base = (n->start + low) & ~low;

        if (mem_value_kind(n->value) != MEM_FREE || base < n->start || base > n->last ||
            n->last - base < low)
            continue;
        err = rmap_set(&m->ram, base, base + low, mem_value(MEM_OWNED, L4_FPAGE_RWX, client));
        if (err == 0)
            *addr = base;
        return err;
    }
    return -L4_ENOMEM;
}

int mem_check_io(struct memmap const *m, l4_addr_t addr, unsigned order)
{
    int err = block_check(addr, order);
    struct rmap_node const *n;

    if (err < 0)
        return err;
    n = rmap_at_or_after(&m->ram, addr);
    if (n && n->start <= addr + ((1UL << order) - 1))
        return -L4_ENOMEM;
    return 0;
}

int mem_take_ports(struct memmap *m, l4_umword_t port, unsigned order, l4_umword_t client)
{
    l4_umword_t last;

    if (order > L4_WHOLE_IOADDRESS_SPACE)
        return -L4_ENOMEM;
    port &= ~((1UL << order) - 1);
    last = port + ((1UL << order) - 1);
    if (last >= L4_IOPORT_MAX)
        return -L4_ENOMEM;
    for (struct rmap_node const *n = rmap_at_or_after(&m->ports, port); n && n->start <= last;
         n = rmap_next(&m->ports, n)) {
        if (n->value != client)
            return -L4_ENOMEM;
    }
    return rmap_set(&m->ports, port, last, client);
}

l4_umword_t mem_free_bytes(struct memmap const *m)
{
    l4_umword_t sum = 0;

    for (struct rmap_node *n = rmap_at_or_after(&m->ram, 0); n; n = rmap_next(&m->ram, n)) {
        if (mem_value_kind(n->value) == MEM_FREE)
            sum += n->last - n->start + 1;
    }
    return sum;
}
