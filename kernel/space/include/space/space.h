/* SPDX-License-Identifier: MIT */
/*
 * Space: what a task can touch. Memory, I/O ports, and (through the table embedded here, which
 * belongs to kernel/cap) objects.
 *
 *   struct space --> page table, four levels; leaf tables have twins (mapdb.h)
 *                --> ports: 1024 groups of 64
 *                --> captab
 *
 * Kernel-user memory (kumem) are frames of the kernel in the page table, marked there; they are
 * outside the mapping database: no map or unmap touches them, they go with the space.
 *
 * sigma0 (SPACE_SIGMA0) has every physical address below `limit` at the same virtual address,
 * RWX, and every port: root nodes are made when first needed.
 *
 *   [I] immutable after init   [a] atomic   [d] the one who tears the space down
 */
#pragma once

#include <cap/captab.h>
#include <lib/base.h>
#include <space/map.h>
#include <sync/atomic.h>

enum space_flag {
    SPACE_SIGMA0 = 1u << 0, /* source of everything */
};

#define SPACE_IO_GROUPS 1024u /* of 64 ports */
#define SPACE_IO_TABLES 2u    /* frames of 512 pointers */

struct space {
    void *root;                            /* [I] top-level table */
    struct quota *quota;                   /* [I] pays for tables, twins, nodes, kumem */
    paddr limit;                           /* [I] sigma0: end of the physical address space */
    uint32_t flags;                        /* [I] enum space_flag */
    struct atomic_u64 tlb_gen;             /* [a] grows when a translation got narrower */
    struct atomic_u64 io_gen;              /* [a] grows when a port was given or taken */
    struct atomic_ptr io[SPACE_IO_TABLES]; /* [a] set once */
    struct captab caps;

    struct {
        struct map_op op; /* [d] */
        uaddr va;         /* [d] everything below is gone */
        uint8_t phase;    /* [d] enum in teardown.c */
    } end;
};

/*
 * An empty space, paid for by `q`; the capability table is initialised as well.
 * Returns: 0 or -L4_ENOMEM.
 */
int space_init(struct space *s, struct quota *q) must_check;

/* Make `s`, just initialised, the source of everything below `limit`. */
void space_make_sigma0(struct space *s, paddr limit);

/*
 * Dismantle in bounded steps: mappings with everything derived from them, ports, tables,
 * kumem. Not the capability table (captab_teardown_step).
 * Context:  preemptible; no new operation names `s`, and no CPU has its root loaded.
 * Returns:  true while work remains; after false all of its memory is given back.
 */
bool space_teardown_step(struct space *s, struct sync_party *me) must_check;

/* ---- memory --------------------------------------------------------------------------- */

/* Physical address of the top-level table, for arch_root_load(). */
paddr space_root(const struct space *s);

/*
 * What user mode has at `va`: physical address and rights (enum pt_right); either may be NULL.
 * Returns: false if nothing is mapped. Context: any; a moment's truth.
 */
bool space_lookup(const struct space *s, uaddr va, paddr *pa, unsigned *rights) must_check;

/*
 * A page fault of sigma0: map the largest page around `va` 1:1.
 * Context:  preemptible, takes a helping lock.
 * Returns:  0 (access again), -L4_ENOMEM, or -L4_EFAULT: beyond the limit, kumem, or a page that
 *           somebody has mapped there.
 */
int space_sigma0_fault(struct space *s, struct sync_party *me, uaddr va) must_check;

/*
 * Kernel-user memory at a memory flexpage (raw word): order 12..17, zeroed, user RW.
 * Returns:  0, -L4_EINVAL, -L4_EEXIST if something is mapped there, -L4_ENOMEM; nothing has
 *           changed then.
 * Cost:     32 frames at most.
 */
int space_add_kumem(struct space *s, uint64_t fpage) must_check;

/*
 * The kernel's address of an object in kumem, that lies within one page.
 * Returns: NULL if it is not kumem or crosses a page. Context: any. Cost: four loads.
 */
void *space_kumem_ptr(const struct space *s, uaddr va, size_t size) must_check;

/* ---- ports ---------------------------------------------------------------------------- */

/* The ports of group `i` (64 i … 64 i + 63) that may be used, a bit each. Context: any. */
uint64_t space_io_chunk(const struct space *s, unsigned i);

/* May `s` have ports at all? False only if it never got one. Context: any. */
bool space_io_any(const struct space *s);
