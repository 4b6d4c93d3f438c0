/* SPDX-License-Identifier: MIT */
/*
 * See <init/kip.h> for the contract.
 *
 * Order of the memory descriptors: where two overlap the later one holds. So RAM comes first
 * and what is taken out of it follows.
 */
#include <init/kip.h>

#include <l4/sys/kip_layout.h>
#include <lib/elf.h>
#include <lib/fmt.h>
#include <lib/string.h>

/* Rights of a boot module's pages, in the bits of a bootloader descriptor. */
enum {
    RIGHT_X = 1,
    RIGHT_W = 2,
    RIGHT_R = 4
};

#define VIRTUAL_USER_LAST 0x7fffffffffffull
#define VIRTUAL_HOLE_LAST 0xffff7fffffffffffull

struct descs {
    l4_kernel_info_mem_desc_t slot[L4_KIP_NUM_MEM_DESCS];
    unsigned n;
};

struct desc_kind {
    uint8_t type, sub;
    bool virt, eager;
};

/* [start, end); both end up on page boundaries because all our ranges are. */
static void desc_add(struct descs *d, uint64_t start, uint64_t end, struct desc_kind k)
{
    l4_kernel_info_mem_desc_t *md = &d->slot[d->n];

    if (start >= end || d->n == L4_KIP_NUM_MEM_DESCS)
        return;
    l4_kernel_info_set_mem_desc(md, start, end - 1, k.type, k.virt, k.sub);
    if (k.eager)
        md->l |= L4_MEM_DESC_EAGER;
    d->n++;
}

static void add_firmware(struct descs *d, const struct boot_info *b)
{
    for (unsigned i = 0; i < b->nmem; i++) {
        const struct boot_mem *m = &b->mem[i];
        struct desc_kind k = { .type = l4_mem_type_archspecific };

        if (m->type == BOOT_MEM_ACPI)
            k.sub = l4_mem_type_arch_acpi_tables;
        else if (m->type == BOOT_MEM_NVS)
            k.sub = l4_mem_type_arch_acpi_nvs;
        else
            continue;
        desc_add(d, align_down(m->start, 4096), align_up(m->end, 4096), k);
    }
}

static void add_kernel(struct descs *d, const struct kip_input *in)
{
    const struct desc_kind image = { l4_mem_type_reserved, l4_mem_type_reserved_kernel, 0, 0 };
    const struct desc_kind heap = { l4_mem_type_reserved, l4_mem_type_reserved_heap, 0, 0 };
    const struct desc_kind mmio = { l4_mem_type_reserved, l4_mem_type_reserved_mmio, 0, 0 };

    desc_add(d, in->kernel.start, in->kernel.end, image);
    for (unsigned i = 0; i < in->plan->npool; i++)
        desc_add(d, in->plan->pool[i].start, in->plan->pool[i].end, heap);
    for (unsigned i = 0; i < in->ndevice_pages; i++)
        desc_add(d, in->device_page[i], in->device_page[i] + 4096, mmio);
}

/* Modules in pages; neighbours share a descriptor. */
static void add_modules(struct descs *d, const struct kip_input *in)
{
    const struct desc_kind kind = { l4_mem_type_bootloader, RIGHT_R | RIGHT_W | RIGHT_X, 0, 0 };
    static struct ranges mods;

    ranges_clear(&mods);
    for (unsigned i = 0; i < in->boot->nmodules; i++) {
        const struct boot_module *m = &in->boot->module[i];
        const uint64_t start = in->plan->module_at[i];

        ranges_add(&mods, start, align_up(start + (m->end - m->start), 4096));
    }
    ranges_add(&mods, in->plan->info.start, in->plan->info.end);
    for (unsigned i = 0; i < mods.n; i++)
        desc_add(d, mods.r[i].start, mods.r[i].end, kind);
}

static void add_images(struct descs *d, const struct mem_plan *p)
{
    const struct load_image *sigma0 = &p->image[IMAGE_SIGMA0], *root = &p->image[IMAGE_ROOT];
    const struct desc_kind kind = { .type = l4_mem_type_dedicated, .eager = true };

    desc_add(d, sigma0->lo, sigma0->hi, kind);
    for (unsigned i = 0; i < root->nsegments; i++) {
        const struct load_segment *s = &root->segment[i];
        struct desc_kind k = { .type = l4_mem_type_bootloader, .eager = true };

        k.sub = (uint8_t)((s->rights & ELF_PF_R ? RIGHT_R : 0u) |
                          (s->rights & ELF_PF_W ? RIGHT_W : 0u) |
                          (s->rights & ELF_PF_X ? RIGHT_X : 0u));
        desc_add(d, align_down(s->start, 4096), align_up(s->end, 4096), k);
    }
}

static void add_virtual(struct descs *d)
{
    desc_add(d, 0, VIRTUAL_USER_LAST + 1,
             (struct desc_kind){ .type = l4_mem_type_conventional, .virt = true });
    desc_add(d, VIRTUAL_USER_LAST + 1, VIRTUAL_HOLE_LAST + 1,
             (struct desc_kind){ .type = l4_mem_type_reserved, .virt = true });
}

/* RAM into the slots that are left; the smallest ranges give way. Returns: ranges left out. */
static unsigned add_ram(struct descs *d, const struct ranges *ram, unsigned room)
{
    const struct desc_kind kind = { .type = l4_mem_type_conventional };
    uint64_t least = 0;
    unsigned fit;

    /* Raise the size that is still worth a slot until the rest fits. */
    for (;;) {
        uint64_t next = UINT64_MAX;

        fit = 0;
        for (unsigned i = 0; i < ram->n; i++) {
            const uint64_t size = ram->r[i].end - ram->r[i].start;

            if (size > least) {
                fit++;
                next = min(next, size);
            }
        }
        if (fit <= room)
            break;
        least = next;
    }
    for (unsigned i = 0; i < ram->n; i++)
        if (ram->r[i].end - ram->r[i].start > least)
            desc_add(d, ram->r[i].start, ram->r[i].end, kind);
    return ram->n - fit;
}

static unsigned fill_descs(l4_kernel_info_mem_desc_t *slots, const struct kip_input *in)
{
    const struct desc_kind arch = { l4_mem_type_archspecific, l4_mem_type_arch_acpi_tables, 0, 0 };
    static struct descs rest, all;
    unsigned lost;

    rest.n = all.n = 0;
    add_kernel(&rest, in);
    add_modules(&rest, in);
    add_images(&rest, in->plan);
    if (in->acpi_rsdp)
        desc_add(&rest, in->plan->rsdp_page, in->plan->rsdp_page + 4096, arch);
    add_virtual(&rest);
    add_firmware(&rest, in->boot);

    lost = add_ram(&all, &in->plan->ram, L4_KIP_NUM_MEM_DESCS - rest.n);
    for (unsigned i = 0; i < rest.n; i++)
        all.slot[all.n++] = rest.slot[i];

    memcpy(slots, all.slot, all.n * sizeof(slots[0]));
    return lost;
}

/*
 * "What time is it" for user mode, at 0x900 in microseconds and at 0x980 in nanoseconds.
 * Position-independent, changes rax and rdx only: rax = (tsc * scaler) >> shift.
 */
static void put_clock_code(uint8_t *page, size_t at, size_t scaler_at, unsigned shift)
{
    static const uint8_t head[] = {
        0x0f, 0x31,             /* rdtsc                 edx:eax = ticks */
        0x48, 0xc1, 0xe2, 0x20, /* shl  $32, %rdx */
        0x48, 0x09, 0xd0,       /* or   %rdx, %rax       rax = ticks */
        0x48, 0xf7, 0x25,       /* mulq scaler(%rip)     rdx:rax = ticks * scaler */
    };
    const uint8_t tail[] = {
        0x48, 0x0f, 0xac, 0xd0, (uint8_t)shift, /* shrd $shift, %rdx, %rax */
        0xc3,                                   /* ret */
    };
    const uint32_t distance = (uint32_t)(scaler_at - (at + sizeof(head) + sizeof(distance)));

    memcpy(page + at, head, sizeof(head));
    memcpy(page + at + sizeof(head), &distance, sizeof(distance));
    memcpy(page + at + sizeof(head) + sizeof(distance), tail, sizeof(tail));
}

static void put_clock(uint8_t *page, const struct kip_input *in)
{
    memcpy(page + L4_KIP_OFFS_SCALER_US, &in->mult_us, sizeof(in->mult_us));
    memcpy(page + L4_KIP_OFFS_SCALER_NS, &in->mult_ns, sizeof(in->mult_ns));
    put_clock_code(page, L4_KIP_OFFS_READ_US, L4_KIP_OFFS_SCALER_US, 32);
    put_clock_code(page, L4_KIP_OFFS_READ_NS, L4_KIP_OFFS_SCALER_NS, 27);
}

/* Greeting and features, each with its 0, then an empty string. */
static void put_strings(char *page, const struct kip_input *in)
{
    const char *const features[] = { "segments", "abiver:3", "mapdb", in->jdb ? "jdb" : NULL };
    size_t room = L4_KIP_OFFS_READ_US - L4_KIP_OFFS_VERSION_STRING;
    char *s = page + L4_KIP_OFFS_VERSION_STRING;
    size_t n = min(strlen(in->greeting), room / 2);

    memcpy(s, in->greeting, n);
    s += n + 1;
    for (size_t i = 0; i < array_size(features); i++) {
        if (!features[i])
            continue;
        n = strlen(features[i]) + 1;
        memcpy(s, features[i], n);
        s += n;
    }
}

unsigned kip_build(void *page, const struct kip_input *in)
{
    l4_kernel_info_t *kip = page;

    memset(page, 0, L4_KIP_SIZE);
    *kip = (l4_kernel_info_t){
        .magic = L4_KERNEL_INFO_MAGIC,
        .version = L4_KERNEL_INFO_VERSION,
        .offset_version_strings = L4_KIP_OFFS_VERSION_STRING >> 4,
        .sigma0_ip = in->plan->image[IMAGE_SIGMA0].entry,
        .root_ip = in->plan->image[IMAGE_ROOT].entry,
        .frequency_cpu = in->ticks_khz,
        .acpi_rsdp_addr = in->acpi_rsdp,
        .user_ptr = in->plan->info.start,
        .sched_granularity = 1, /* there is no tick: slices end when they end */
        .mem_descs = L4_KIP_OFFS_MEM_DESCS,
        .mem_descs_num = L4_KIP_NUM_MEM_DESCS,
        .platform_info = { .name = "pc", .is_mp = in->mp },
    };
    put_strings(page, in);
    put_clock(page, in);
    return fill_descs(l4_kernel_info_get_mem_descs(kip), in);
}
