/* SPDX-License-Identifier: MIT */
/*
 * The kernel half. One root table is made at boot; every space gets its upper entries.
 *
 * The direct map has the largest pages that fit between the edges of RAM and around the
 * image, which is cut out of it: no byte of the kernel has a second, writable address.
 * Tables of the device window are part of the image, so that device registers can be mapped
 * without an allocator; tables of the other windows come from whoever maps there.
 */
#include <arch/mmu.h>

#include <arch/cpu.h>
#include <arch/impl/cpuid.h>
#include <arch/impl/desc.h>
#include <arch/impl/init.h>
#include <arch/impl/msr.h>
#include <l4/sys/err.h>

#define TABLE_ENTRIES 512u
#define TABLE_FLAGS (PTE_P | PTE_W | PTE_A)

#define KERNEL_LEAF (PTE_P | PTE_A | PTE_D | PTE_G)
#define KERNEL_RX KERNEL_LEAF
#define KERNEL_R (KERNEL_LEAF | PTE_NX)
#define KERNEL_RW (KERNEL_LEAF | PTE_NX | PTE_W)

typedef void *(*frame_source)(void);

/* Roots, and the entries of them that are in use: what a new space copies. */
static struct {
    uint64_t *table;
    paddr phys;
    unsigned nused;
    uint16_t used[TABLE_ENTRIES / 2];
} root ro_after_boot;

#define DEVICE_TABLES (ARCH_DEVICES_BYTES >> ARCH_SUPER_SHIFT)

static uint64_t device_l3[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t device_l2[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t device_l1[DEVICE_TABLES * TABLE_ENTRIES] __attribute__((aligned(4096)));
static unsigned device_pages_used;

static unsigned table_index(uintptr_t va, unsigned shift)
{
    return (unsigned)(va >> shift) % TABLE_ENTRIES;
}

static uint64_t *table_of(uint64_t entry)
{
    return phys_to_virt(entry & PTE_ADDR);
}

/*
 * The entry for `va` in the table whose leaves have 2^shift bytes; tables on the way are made.
 * NULL: no frame for a table.
 */
static uint64_t *entry_at(uintptr_t va, unsigned shift, frame_source alloc)
{
    uint64_t *t = root.table;

    for (unsigned s = 39; s > shift; s -= 9) {
        uint64_t *e = &t[table_index(va, s)];

        if (!(*e & PTE_P)) {
            void *next = alloc();

            if (!next)
                return NULL;
            *e = virt_to_phys(next) | TABLE_FLAGS;
        }
        t = table_of(*e);
    }
    return &t[table_index(va, shift)];
}

/* ---- boot ---------------------------------------------------------------------------- */

init_text static uint64_t *boot_entry_at(uintptr_t va, unsigned shift, frame_source alloc)
{
    uint64_t *e = entry_at(va, shift, alloc);

    if (!e)
        panic("no memory for the kernel's page tables");
    return e;
}

/* Level whose pages fit at pa and do not pass `end`. */
init_text static unsigned largest_page(paddr pa, paddr end)
{
    static const unsigned shifts[] = { ARCH_GIGA_SHIFT, ARCH_SUPER_SHIFT };

    for (unsigned i = x86_features.pages_1g ? 0 : 1; i < array_size(shifts); i++) {
        const paddr bytes = BIT(shifts[i]);

        if (is_aligned(pa, bytes) && end - pa >= bytes)
            return shifts[i];
    }
    return ARCH_PAGE_SHIFT;
}

init_text static void map_direct(paddr start, paddr end, frame_source alloc)
{
    start = align_up(start, ARCH_PAGE_SIZE);
    end = align_down(end, ARCH_PAGE_SIZE);
    while (start < end) {
        const unsigned shift = largest_page(start, end);
        const uint64_t big = shift == ARCH_PAGE_SHIFT ? 0 : PTE_PS;

        *boot_entry_at(arch_windows.direct + start, shift, alloc) = start | KERNEL_RW | big;
        start += BIT(shift);
    }
}

/* RAM without the image. */
init_text static void map_ram(const struct arch_ram *r, frame_source alloc)
{
    const paddr cut_start = virt_to_phys(image_start), cut_end = virt_to_phys(image_end);

    if (r->end <= cut_start || r->start >= cut_end) {
        map_direct(r->start, r->end, alloc);
        return;
    }
    if (r->start < cut_start)
        map_direct(r->start, cut_start, alloc);
    if (r->end > cut_end)
        map_direct(cut_end, r->end, alloc);
}

init_text static void map_image(const char *start, const char *end, uint64_t flags,
                                frame_source alloc)
{
    for (uintptr_t va = (uintptr_t)start; va < (uintptr_t)end; va += ARCH_PAGE_SIZE)
        *boot_entry_at(va, ARCH_PAGE_SHIFT, alloc) = virt_to_phys((void *)va) | flags;
}

/* The tables between the root and the frames of a window, down to the one of level `shift`. */
init_text static void map_devices(frame_source alloc)
{
    uint64_t *e = boot_entry_at(arch_windows.devices, 39, alloc);

    *e = virt_to_phys(device_l3) | TABLE_FLAGS;
    device_l3[0] = virt_to_phys(device_l2) | TABLE_FLAGS;
    for (unsigned i = 0; i < DEVICE_TABLES; i++)
        device_l2[i] = virt_to_phys(device_l1 + i * TABLE_ENTRIES) | TABLE_FLAGS;
}

init_text static void note_used_entries(void)
{
    for (unsigned i = TABLE_ENTRIES / 2; i < TABLE_ENTRIES; i++)
        if (root.table[i])
            root.used[root.nused++] = (uint16_t)i;
}

init_text void arch_mmu_init(const struct arch_ram *ram, unsigned n, void *(*alloc)(void))
{
    root.table = alloc();
    if (!root.table)
        panic("no memory for the kernel's root table");
    root.phys = virt_to_phys(root.table);

    for (unsigned i = 0; i < n; i++)
        map_ram(&ram[i], alloc);
    map_image(image_init_text_start, image_init_text_end, KERNEL_RX, alloc);
    map_image(image_init_data_start, image_init_data_end, KERNEL_RW, alloc);
    map_image(image_text_start, image_text_end, KERNEL_RX, alloc);
    map_image(image_rodata_start, image_rodata_end, KERNEL_R, alloc);
    map_image(image_data_start, image_data_end, KERNEL_RW, alloc);
    map_devices(alloc);

    /* the top entries of the windows that fill later, and a place for the boot pages' frames */
    boot_entry_at(arch_windows.headers, ARCH_GIGA_SHIFT, alloc);
    boot_entry_at(arch_windows.threads, ARCH_GIGA_SHIFT, alloc);
    boot_entry_at(arch_windows.percpu, ARCH_GIGA_SHIFT, alloc);
    for (const char *p = image_init_text_start; p < image_init_data_end; p += ARCH_PAGE_SIZE)
        boot_entry_at(arch_windows.direct + virt_to_phys(p), ARCH_PAGE_SHIFT, alloc);

    note_used_entries();
    cr3_write(root.phys);
}

struct arch_ram arch_init_release(void)
{
    const struct arch_ram r = { virt_to_phys(image_init_text_start),
                                virt_to_phys(image_init_data_end) };

    for (paddr p = r.start; p < r.end; p += ARCH_PAGE_SIZE) {
        uint64_t *image = entry_at(arch_windows.image + p, ARCH_PAGE_SHIFT, NULL);

        *image = 0;
        __asm__ volatile("invlpg (%0)" : : "r"(arch_windows.image + p) : "memory");
        *entry_at(arch_windows.direct + p, ARCH_PAGE_SHIFT, NULL) = p | KERNEL_RW;
    }
    return r;
}

/* ---- windows ------------------------------------------------------------------------- */

int arch_kmap_frame(uintptr_t va, paddr frame, void *(*alloc)(void))
{
    uint64_t *e = entry_at(va, ARCH_PAGE_SHIFT, alloc);

    if (!e)
        return -L4_ENOMEM;
    if (*e & PTE_P)
        return 1;
    *e = frame | KERNEL_RW;
    return 0;
}

bool arch_kmap_present(uintptr_t va)
{
    const uint64_t *t = root.table;

    for (unsigned s = 39; s > ARCH_PAGE_SHIFT; s -= 9) {
        const uint64_t e = t[table_index(va, s)];

        if (!(e & PTE_P))
            return false;
        t = table_of(e);
    }
    return t[table_index(va, ARCH_PAGE_SHIFT)] & PTE_P;
}

void *arch_map_device(paddr p, size_t bytes)
{
    const paddr start = align_down(p, ARCH_PAGE_SIZE);
    const size_t n = (size_t)(align_up(p + bytes, ARCH_PAGE_SIZE) - start) / ARCH_PAGE_SIZE;
    const unsigned first = device_pages_used;

    if (n > DEVICE_TABLES * TABLE_ENTRIES - first)
        return NULL;
    for (size_t i = 0; i < n; i++)
        device_l1[first + i] = (start + i * ARCH_PAGE_SIZE) | KERNEL_RW | PTE_TYPE_UC;
    device_pages_used += (unsigned)n;
    return (void *)(arch_windows.devices + first * ARCH_PAGE_SIZE + (p - start));
}

/* ---- per-CPU areas ------------------------------------------------------------------- */

#define AREA_BYTES KiB(256)
#define AREA_IST_OFFSET KiB(128) /* before it: struct arch_cpu and what follows it */
#define AREA_IST_BYTES KiB(16)   /* one exception stack, with the empty pages below */
#define AREA_IST_PAGES 2u

_Static_assert(AREA_IST_OFFSET + X86_IST_COUNT * AREA_IST_BYTES <= AREA_BYTES, "stacks fit");

uintptr_t x86_ist_top(const struct arch_cpu *c, unsigned ist)
{
    return (uintptr_t)c + AREA_IST_OFFSET + ist * AREA_IST_BYTES - 16;
}

static int area_map(uintptr_t va, size_t bytes, frame_source alloc)
{
    for (size_t i = 0; i < bytes; i += ARCH_PAGE_SIZE) {
        void *frame = alloc();

        if (!frame)
            return -L4_ENOMEM;

        const int err = arch_kmap_frame(va + i, virt_to_phys(frame), alloc);

        if (err)
            return err;
    }
    return 0;
}

struct arch_cpu *arch_cpu_area(uint32_t id, size_t bytes, void *(*alloc)(void))
{
    struct arch_cpu *c = (struct arch_cpu *)(arch_windows.percpu + id * AREA_BYTES);

    if (bytes > AREA_IST_OFFSET - ARCH_PAGE_SIZE || area_map((uintptr_t)c, bytes, alloc))
        return NULL;
    for (unsigned i = 1; i <= X86_IST_COUNT; i++) {
        const uintptr_t end = x86_ist_top(c, i) + 16;

        if (area_map(end - AREA_IST_PAGES * ARCH_PAGE_SIZE, AREA_IST_PAGES * ARCH_PAGE_SIZE, alloc))
            return NULL;
    }
    return c;
}

struct arch_cpu *arch_cpu_area_of(uint32_t id)
{
    return (struct arch_cpu *)(arch_windows.percpu + id * AREA_BYTES);
}

/* ---- roots --------------------------------------------------------------------------- */

void arch_root_init(void *table)
{
    uint64_t *t = table;

    for (unsigned i = 0; i < root.nused; i++)
        t[root.used[i]] = root.table[root.used[i]];
}

void arch_root_load(paddr r)
{
    cr3_write(r);
}

paddr arch_root_current(void)
{
    return cr3_read() & PTE_ADDR;
}

paddr arch_root_kernel(void)
{
    return root.phys;
}

void arch_tlb_flush_page(uaddr va)
{
    __asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

void arch_tlb_flush_all(void)
{
    cr3_write(cr3_read());
}
