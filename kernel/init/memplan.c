/* SPDX-License-Identifier: MIT */
/*
 * See <init/memplan.h> for the contract.
 *
 * `free` begins as all RAM and only shrinks: every decision takes its place out of it, so two
 * decisions can never overlap. Old places of moved modules are not given back to it; they end
 * as ordinary RAM of the users because the kernel's description of RAM starts from `ram`.
 */
#include <init/memplan.h>

#include <lib/elf.h>
#include <lib/fmt.h>
#include <lib/string.h>

enum {
    PAGE = 4096
};

#define IMAGE_ALIGN MiB(2)
#define POOL_MIN MiB(8)
#define POOL_MAX GiB(1)
#define POOL_PIECE_MIN MiB(1)

static const char *const image_title[IMAGE_COUNT] = {
    [IMAGE_SIGMA0] = "sigma0 (module 1)",
    [IMAGE_ROOT] = "the root task (module 2)",
};

static printf_like(2, 3) bool fail(struct mem_plan *p, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fmt_vsnprintf(p->error, sizeof(p->error), fmt, args);
    va_end(args);
    return false;
}

uint64_t memplan_pool_bytes(uint64_t ram_bytes)
{
    uint64_t bytes = ram_bytes / 100 * 6;

    bytes = min(bytes, POOL_MAX);
    bytes = max(bytes, POOL_MIN);
    return align_up(bytes, PAGE);
}

struct module_name memplan_module_name(const struct boot_info *b, unsigned i)
{
    const char *s = b->module[i].cmdline;
    struct module_name name = { "(unnamed)" };
    size_t n = 0;

    for (; *s && *s != ' '; s++) {
        if (*s == '/')
            n = 0;
        else if (n < sizeof(name.text) - 1)
            name.text[n++] = *s;
    }
    if (n)
        name.text[n] = '\0';
    return name;
}

static uint64_t module_bytes(const struct boot_info *b, unsigned i)
{
    return b->module[i].end - b->module[i].start;
}

/* ---- ELF images ------------------------------------------------------------------------ */

static bool segment_add(struct mem_plan *p, enum memplan_image which, const struct elf64_phdr *ph)
{
    struct load_image *im = &p->image[which];
    const uint64_t end = align_up(ph->paddr + ph->memsz, PAGE);

    if (im->nsegments == MEMPLAN_SEGMENTS_MAX)
        return fail(p, "%s has more than %u segments: link it with fewer", image_title[which],
                    MEMPLAN_SEGMENTS_MAX);
    if (ph->paddr + ph->memsz < ph->paddr || end < ph->paddr)
        return fail(p, "%s has a segment behind the end of memory", image_title[which]);

    im->lo = min(im->lo, align_down(ph->paddr, PAGE));
    im->hi = max(im->hi, end);
    im->segment[im->nsegments++] = (struct load_segment){
        .start = ph->paddr,
        .end = ph->paddr + ph->memsz,
        .offset = ph->offset,
        .file_bytes = ph->filesz,
        .rights = ph->flags & (ELF_PF_R | ELF_PF_W | ELF_PF_X),
    };
    return true;
}

/* Is the entry point in an executable segment? */
static bool entry_is_code(const struct load_image *im)
{
    for (unsigned i = 0; i < im->nsegments; i++) {
        const struct load_segment *s = &im->segment[i];

        if ((s->rights & ELF_PF_X) && im->entry >= s->start && im->entry < s->end)
            return true;
    }
    return false;
}

static bool image_read(const struct memplan_input *in, struct mem_plan *p, enum memplan_image which)
{
    const struct boot_module *m = &in->boot->module[which];
    const uint64_t bytes = m->end - m->start;
    const void *data = in->bytes_at(m->start, bytes);
    struct load_image *im = &p->image[which];
    struct elf elf;

    *im = (struct load_image){ .lo = UINT64_MAX };
    if (!data || !elf_open(&elf, data, bytes, in->machine))
        return fail(p,
                    "%s is no ELF program for this machine: check the order of the modules and "
                    "that '%s' is whole",
                    image_title[which], memplan_module_name(in->boot, which).text);

    im->entry = elf.entry;
    im->movable = elf.type == ELF_TYPE_DYN;
    for (unsigned i = 0; i < elf.phnum; i++) {
        struct elf64_phdr ph;

        if (!elf_segment(&elf, i, &ph))
            return fail(p, "%s has a broken or cut-off segment: '%s' is not whole",
                        image_title[which], memplan_module_name(in->boot, which).text);
        if (ph.type == ELF_PT_INTERP)
            return fail(p, "%s needs a program interpreter: link it statically",
                        image_title[which]);
        if (ph.type == ELF_PT_LOAD && ph.memsz && !segment_add(p, which, &ph))
            return false;
    }
    if (!im->nsegments || !entry_is_code(im))
        return fail(p, "%s has no code at its entry point", image_title[which]);
    return true;
}

/* A program with fixed addresses: they must be free RAM. */
static bool image_fix(const struct memplan_input *in, struct mem_plan *p, enum memplan_image which)
{
    struct load_image *im = &p->image[which];
    const unsigned long long lo = im->lo, hi = im->hi;

    if (im->lo < in->kernel.end && in->kernel.start < im->hi)
        return fail(p, "%s wants 0x%llx-0x%llx, where the kernel is: link it elsewhere",
                    image_title[which], lo, hi);
    if (!ranges_contain(&p->ram, im->lo, im->hi))
        return fail(p,
                    "%s wants 0x%llx-0x%llx, which is not all RAM: give the machine more memory "
                    "or link it elsewhere",
                    image_title[which], lo, hi);
    for (unsigned i = 0; i < IMAGE_COUNT; i++)
        if (i != which && !p->image[i].movable && im->lo < p->image[i].hi &&
            p->image[i].lo < im->hi)
            return fail(p, "sigma0 and the root task both want 0x%llx-0x%llx: link one elsewhere",
                        max(im->lo + 0ull, p->image[i].lo + 0ull),
                        min(im->hi + 0ull, p->image[i].hi + 0ull));
    ranges_sub(&p->free, im->lo, im->hi);
    return true;
}

/* A position-independent one: anywhere, shifted as a whole. */
static bool image_place(const struct memplan_input *in, struct mem_plan *p,
                        enum memplan_image which)
{
    struct load_image *im = &p->image[which];
    const uint64_t base = align_down(im->lo, IMAGE_ALIGN);
    uint64_t at, bias;

    if (!ranges_find_top(&p->free, im->hi - base, IMAGE_ALIGN, min(in->pool_limit, in->max_phys),
                         &at))
        return fail(p, "no room for %s (%llu KiB): give the machine more memory",
                    image_title[which], (im->hi - base + 0ull) >> 10);
    bias = at - base;
    im->lo += bias;
    im->hi += bias;
    im->entry += bias;
    for (unsigned i = 0; i < im->nsegments; i++) {
        im->segment[i].start += bias;
        im->segment[i].end += bias;
    }
    ranges_sub(&p->free, im->lo, im->hi);
    return true;
}

static bool plan_images(const struct memplan_input *in, struct mem_plan *p)
{
    for (unsigned i = 0; i < IMAGE_COUNT; i++)
        if (!image_read(in, p, i))
            return false;
    for (unsigned i = 0; i < IMAGE_COUNT; i++)
        if (!p->image[i].movable && !image_fix(in, p, i))
            return false;
    for (unsigned i = 0; i < IMAGE_COUNT; i++)
        if (p->image[i].movable && !image_place(in, p, i))
            return false;
    return true;
}

/* ---- kernel memory, modules ------------------------------------------------------------ */

/* The pool in as few pieces as the memory allows, from the top. */
static bool plan_pool(const struct memplan_input *in, struct mem_plan *p)
{
    uint64_t left =
        in->pool_bytes ? align_up(in->pool_bytes, PAGE) : memplan_pool_bytes(ranges_bytes(&p->ram));
    uint64_t piece = left;

    while (left && p->npool < MEMPLAN_POOL_MAX && piece >= POOL_PIECE_MIN) {
        uint64_t at;

        if (!ranges_find_top(&p->free, min(piece, left), PAGE, in->pool_limit, &at)) {
            piece = align_down(piece / 2, PAGE);
            continue;
        }
        piece = min(piece, left);
        p->pool[p->npool++] = (struct phys_range){ at, at + piece };
        ranges_sub(&p->free, at, at + piece);
        left -= piece;
    }
    if (!p->npool)
        return fail(p, "no room for the kernel's memory: give the machine more memory or lower "
                       "-kmemsize");
    return true;
}

static bool module_in_the_way(const struct mem_plan *p, const struct boot_module *m)
{
    for (unsigned i = 0; i < IMAGE_COUNT; i++)
        if (m->start < p->image[i].hi && p->image[i].lo < align_up(m->end, PAGE))
            return true;
    return !is_aligned(m->start, PAGE); /* users map modules page by page */
}

static bool plan_modules(const struct memplan_input *in, struct mem_plan *p)
{
    const struct boot_info *b = in->boot;

    for (unsigned i = 0; i < b->nmodules; i++) {
        const uint64_t bytes = align_up(module_bytes(b, i), PAGE);

        p->module_at[i] = b->module[i].start;
        if (!module_in_the_way(p, &b->module[i]))
            continue;
        if (!ranges_find_top(&p->free, bytes, PAGE, in->max_phys, &p->module_at[i]))
            return fail(p,
                        "no room to move module '%s' (%llu KiB) out of the way: give the machine "
                        "more memory",
                        memplan_module_name(b, i).text, (unsigned long long)bytes >> 10);
        ranges_sub(&p->free, p->module_at[i], p->module_at[i] + bytes);
        p->nmoved++;
    }
    return true;
}

/* RAM, and the part of it that nobody uses yet. */
static bool plan_ram(const struct memplan_input *in, struct mem_plan *p)
{
    const struct boot_info *b = in->boot;

    boot_info_ram(b, in->max_phys, &p->ram);
    p->free = p->ram;
    ranges_sub(&p->free, in->kernel.start, in->kernel.end);
    for (unsigned i = 0; i < b->nmodules; i++) {
        const uint64_t start = align_down(b->module[i].start, PAGE);
        const uint64_t end = align_up(b->module[i].end, PAGE);

        if (!ranges_contain(&p->ram, start, end))
            return fail(p,
                        "module '%s' does not lie in usable memory: raise -maxmem or give the "
                        "machine more memory",
                        memplan_module_name(b, i).text);
        ranges_sub(&p->free, start, end);
    }
    return true;
}

bool memplan_make(const struct memplan_input *in, struct mem_plan *p)
{
    uint64_t at;

    memset(p, 0, sizeof(*p));
    if (in->boot->nmodules < IMAGE_COUNT)
        return fail(p,
                    "%s is missing: the boot loader must load sigma0 as first and the root task "
                    "as second module",
                    image_title[in->boot->nmodules]);
    if (!plan_ram(in, p) || !plan_images(in, p) || !plan_pool(in, p) || !plan_modules(in, p))
        return false;

    if (!ranges_find_top(&p->free, align_up(in->info_bytes, PAGE) + PAGE, PAGE, in->max_phys, &at))
        return fail(p, "no room for the module list: give the machine more memory");
    p->rsdp_page = at;
    p->info = (struct phys_range){ at + PAGE, at + PAGE + align_up(in->info_bytes, PAGE) };
    ranges_sub(&p->free, p->rsdp_page, p->info.end);
    return true;
}

/* ---- doing it -------------------------------------------------------------------------- */

static void image_load(const struct load_image *im, const uint8_t *file, void *(*at)(uint64_t p))
{
    /* All pages first: two segments may share one. */
    memset(at(im->lo), 0, im->hi - im->lo);
    for (unsigned i = 0; i < im->nsegments; i++) {
        const struct load_segment *s = &im->segment[i];

        memcpy(at(s->start), file + s->offset, s->file_bytes);
    }
}

void memplan_apply(const struct boot_info *b, const struct mem_plan *p, void *(*at)(uint64_t p))
{
    for (unsigned i = 0; i < b->nmodules; i++) {
        const uint64_t to = p->module_at[i], bytes = module_bytes(b, i);

        if (to != b->module[i].start)
            memcpy(at(to), at(b->module[i].start), bytes);
    }
    /* Only now: the tail of a page may be what a moved module was in. */
    for (unsigned i = 0; i < b->nmodules; i++) {
        const uint64_t end = p->module_at[i] + module_bytes(b, i);

        memset(at(end), 0, align_up(end, PAGE) - end);
    }
    for (unsigned i = 0; i < IMAGE_COUNT; i++)
        image_load(&p->image[i], at(p->module_at[i]), at);
}
