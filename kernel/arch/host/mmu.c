/* SPDX-License-Identifier: MIT */
/*
 * See <arch/mmu.h>. The windows are reserved address space in which single pages are opened;
 * the frame that is given for a page only counts. The CPU's side is a model: a root register, a
 * page walk, and a TLB that finds out who forgot to flush it.
 */
#include <arch/mmu.h>

#include "context.h"

#include <arch/cpu.h>
#include <arch/host/machine.h>
#include <arch/pt.h>
#include <l4/sys/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PERCPU_BYTES MiB(16)
#define TLB_ENTRIES 64u
#define KERNEL_HALF (PT_ENTRIES / 2)

/* What stands in the kernel half of every root; nobody but arch_root_init() writes there. */
#define KERNEL_MARK 0xffff0000dead0001ull

struct arch_windows arch_windows;

static struct window {
    uintptr_t start;
    size_t bytes;
    uint8_t *open; /* a byte per page */
} windows[3];

static pt_entry kernel_root[PT_ENTRIES] __attribute__((aligned(4096)));

static struct tlb_entry {
    uaddr page;
    pt_entry leaf; /* 0: empty */
    unsigned level;
} tlb[TLB_ENTRIES];

static struct host_mmu_count count;

/* ---- windows ------------------------------------------------------------------------------ */

static uintptr_t reserve(struct window *w, size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    w->open = calloc(bytes / ARCH_PAGE_SIZE, 1);
    if (p == MAP_FAILED || !w->open)
        host_die("no address space for the kernel's windows");
    w->start = (uintptr_t)p;
    w->bytes = bytes;
    return w->start;
}

__attribute__((constructor)) static void reserve_windows(void)
{
    arch_windows.headers = reserve(&windows[0], ARCH_HEADERS_BYTES);
    arch_windows.threads = reserve(&windows[1], ARCH_THREADS_BYTES);
    arch_windows.percpu = reserve(&windows[2], PERCPU_BYTES);
}

static uint8_t *page_of(uintptr_t va)
{
    for (unsigned i = 0; i < array_size(windows); i++)
        if (va - windows[i].start < windows[i].bytes)
            return &windows[i].open[(va - windows[i].start) / ARCH_PAGE_SIZE];
    host_die("an address in no window");
}

int arch_kmap_frame(uintptr_t va, paddr frame, void *(*alloc)(void))
{
    uint8_t *open = page_of(va);
    const uintptr_t page = align_down(va, ARCH_PAGE_SIZE);

    (void)frame;
    (void)alloc;
    if (*open)
        return 1;
    if (mprotect((void *)page, ARCH_PAGE_SIZE, PROT_READ | PROT_WRITE) != 0)
        return -L4_ENOMEM;
    *open = 1;
    return 0;
}

bool arch_kmap_present(uintptr_t va)
{
    return *page_of(va);
}

void *arch_map_device(paddr p, size_t bytes)
{
    char *r = calloc(1, bytes + ARCH_PAGE_SIZE); /* registers that nobody is behind */

    return r ? r + p % ARCH_PAGE_SIZE : NULL;
}

/* ---- the kernel half ---------------------------------------------------------------------- */

void arch_mmu_init(const struct arch_ram *ram, unsigned n, void *(*alloc)(void))
{
    (void)ram; /* the direct map is the identity */
    (void)n;
    (void)alloc;
    arch_root_init(kernel_root);
}

struct arch_ram arch_init_release(void)
{
    return (struct arch_ram){ 0, 0 };
}

void arch_root_init(void *root)
{
    pt_entry *t = root;

    for (unsigned i = KERNEL_HALF; i < PT_ENTRIES; i++)
        t[i] = KERNEL_MARK;
}

paddr arch_root_kernel(void)
{
    return virt_to_phys(kernel_root);
}

/* ---- this CPU ----------------------------------------------------------------------------- */

static void check_kernel_half(paddr root)
{
    const pt_entry *t = phys_to_virt(root);

    if (root == arch_root_kernel())
        return;
    for (unsigned i = KERNEL_HALF; i < PT_ENTRIES; i++)
        if (t[i] != KERNEL_MARK)
            host_die("a root without its kernel half");
}

void arch_root_load(paddr root)
{
    check_kernel_half(root);
    host_cpu->root = root;
    memset(tlb, 0, sizeof(tlb));
    count.roots++;
}

paddr arch_root_current(void)
{
    return host_cpu->root;
}

void arch_tlb_flush_page(uaddr va)
{
    for (unsigned i = 0; i < TLB_ENTRIES; i++)
        if (tlb[i].leaf && !((tlb[i].page ^ va) >> pt_level_order(tlb[i].level)))
            tlb[i].leaf = 0;
    count.pages++;
}

void arch_tlb_flush_all(void)
{
    memset(tlb, 0, sizeof(tlb));
    count.alls++;
}

struct host_mmu_count host_mmu_count(void)
{
    return count;
}

static struct pt_slot *walk(uaddr va, unsigned *level)
{
    void *table = phys_to_virt(host_cpu->root);

    for (*level = PT_LEVELS - 1;; --*level) {
        struct pt_slot *s = pt_slot_of(table, *level, va);
        const pt_entry e = pt_load(s);

        if (pt_is_leaf(e, *level))
            return s;
        if (!pt_is_table(e, *level))
            return NULL;
        table = pt_table(e);
    }
}

/* A translation of the TLB must not allow more than the tables do, nor lead elsewhere. */
static void check_stale(const struct tlb_entry *t, const struct pt_slot *s, unsigned level)
{
    if (!s || level != t->level || pt_frame(t->leaf) != pt_frame(pt_load(s)) ||
        (pt_rights(t->leaf) & ~pt_rights(pt_load(s))))
        host_die("the TLB has a page that was unmapped: a flush is missing");
}

bool host_mmu_access(uaddr va, unsigned rights, paddr *pa)
{
    struct tlb_entry *t = &tlb[(va >> PT_PAGE_ORDER) % TLB_ENTRIES];
    struct pt_slot *s;
    unsigned level = 0;
    pt_entry e;

    if (va >= ARCH_USER_END)
        return false;
    s = walk(va, &level);
    if (t->leaf && !((t->page ^ va) >> PT_PAGE_ORDER)) {
        check_stale(t, s, level);
        if (rights & ~pt_rights(t->leaf))
            t->leaf = 0; /* a fault forgets the page */
    }
    if (!s || (rights & ~pt_rights(pt_load(s))))
        return false;
    pt_mark(s, PT_REFERENCED | (rights & PT_W ? PT_DIRTY : 0u));
    e = pt_load(s);
    *t = (struct tlb_entry){ .page = va, .leaf = e, .level = level };
    *pa = pt_frame(e) + (va & (BIT(pt_level_order(level)) - 1));
    return true;
}
