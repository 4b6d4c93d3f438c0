/* SPDX-License-Identifier: MIT */
/*
 * See <loader/elf.h>. The file is untrusted: each header is copied out before its members are
 * used, every sum is checked for overflow before it is compared.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <l4/re/elf_aux.h>
#include <l4/sys/err.h>
#include <loader/elf.h>

enum {
    ET_EXEC = 2,
    EM_X86_64 = 62,
    ELFCLASS64 = 2,
    ELFDATA2LSB = 1,
    EV_CURRENT = 1,
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    PT_INTERP = 3,
    PT_PHDR = 6,
    PHNUM_MAX = 64,
};

struct ehdr {
    unsigned char ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct phdr {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

_Static_assert(sizeof(struct ehdr) == 64, "layout of an ELF header");
_Static_assert(sizeof(struct phdr) == 56, "layout of a program header");

struct file {
    const unsigned char *data;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct elf_prog *p, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(p->text, sizeof(p->text), fmt, ap);
    va_end(ap);
    return -L4_EINVAL;
}

/* Copy `n` bytes at `off` out of the file. Returns: 0 if they are not all there. */
static int take(const struct file *f, uint64_t off, void *to, size_t n)
{
    if (off > f->size || n > f->size - off)
        return 0;
    memcpy(to, f->data + off, n);
    return 1;
}

static uint64_t page_down(uint64_t a)
{
    return a & ~(uint64_t)(ELF_PAGE - 1);
}

static uint64_t page_up(uint64_t a)
{
    return page_down(a + ELF_PAGE - 1);
}

static int check_header(const struct file *f, struct ehdr *h, struct elf_prog *p)
{
    if (!f->size)
        return refuse(p, "the file is empty");
    if (!take(f, 0, h, sizeof(*h)))
        return refuse(p, "not an ELF program: only %zu bytes long", f->size);
    if (memcmp(h->ident, "\177ELF", 4))
        return refuse(p, "not an ELF program (it begins with %02x %02x %02x %02x)", h->ident[0],
                      h->ident[1], h->ident[2], h->ident[3]);
    if (h->ident[4] != ELFCLASS64)
        return refuse(p, "a 32-bit program, this machine needs 64-bit ones");
    if (h->ident[5] != ELFDATA2LSB)
        return refuse(p, "for a big-endian machine, this one is little-endian");
    if (h->machine != EM_X86_64)
        return refuse(p, "for another machine (ELF machine %u, this one is %u)", h->machine,
                      EM_X86_64);
    if (h->ident[6] != EV_CURRENT || h->version != EV_CURRENT)
        return refuse(p, "of ELF version %u, only version 1 is known", h->version);
    if (h->type != ET_EXEC)
        return refuse(p,
                      "not a program with fixed addresses (ELF type %u, wanted %u): "
                      "link it with -static -no-pie",
                      h->type, ET_EXEC);
    if (h->phentsize != sizeof(struct phdr))
        return refuse(p, "damaged: program headers of %u bytes", h->phentsize);
    if (!h->phnum || h->phnum > PHNUM_MAX)
        return refuse(p, "damaged: %u program headers", h->phnum);
    if (h->phoff > f->size || f->size - h->phoff < (uint64_t)h->phnum * sizeof(struct phdr))
        return refuse(p, "truncated: program headers lie behind the end of the file");
    return 0;
}

static int add_segment(const struct file *f, const struct phdr *h, const struct elf_limits *lim,
                       struct elf_prog *p)
{
    struct elf_segment s = { h->vaddr, h->memsz, h->offset, h->filesz, h->flags & 7 };
    unsigned i = p->nsegments;

    if (!h->memsz)
        return 0;
    if (i == ELF_MAX_SEGMENTS)
        return refuse(p, "more than %d segments", ELF_MAX_SEGMENTS);
    if (h->filesz > h->memsz)
        return refuse(p, "damaged: segment at 0x%llx is larger in the file than in memory",
                      (unsigned long long)h->vaddr);
    if (h->offset > f->size || h->filesz > f->size - h->offset)
        return refuse(p, "truncated: segment at 0x%llx ends behind the end of the file",
                      (unsigned long long)h->vaddr);
    if (h->vaddr < lim->low || h->vaddr >= lim->high || h->memsz > lim->high - h->vaddr)
        return refuse(p, "segment at 0x%llx lies outside of what a program may use",
                      (unsigned long long)h->vaddr);
    if ((s.rights & (ELF_W | ELF_X)) == (ELF_W | ELF_X))
        return refuse(p, "segment at 0x%llx is writable and executable",
                      (unsigned long long)h->vaddr);

    while (i && p->segment[i - 1].addr > s.addr) {
        p->segment[i] = p->segment[i - 1];
        i--;
    }
    p->segment[i] = s;
    p->nsegments++;
    return 0;
}

static int check_overlap(struct elf_prog *p)
{
    for (unsigned i = 1; i < p->nsegments; i++) {
        const struct elf_segment *a = &p->segment[i - 1];
        const struct elf_segment *b = &p->segment[i];

        if (a->addr + a->memsz > b->addr)
            return refuse(p, "segments at 0x%llx and 0x%llx overlap", (unsigned long long)a->addr,
                          (unsigned long long)b->addr);
        if (page_up(a->addr + a->memsz) > page_down(b->addr))
            return refuse(p, "segments at 0x%llx and 0x%llx share a page",
                          (unsigned long long)a->addr, (unsigned long long)b->addr);
    }
    return 0;
}

static int check_entry(const struct ehdr *h, struct elf_prog *p)
{
    p->entry = h->entry;
    for (unsigned i = 0; i < p->nsegments; i++) {
        const struct elf_segment *s = &p->segment[i];

        if (h->entry >= s->addr && h->entry - s->addr < s->filesz)
            return s->rights & ELF_X ? 0
                                     : refuse(p, "its entry 0x%llx is not executable",
                                              (unsigned long long)h->entry);
    }
    return refuse(p, "its entry 0x%llx is in no segment", (unsigned long long)h->entry);
}

/* Where the program will find its own program headers. */
static void find_phdr(const struct ehdr *h, struct elf_prog *p)
{
    uint64_t len = (uint64_t)h->phnum * h->phentsize;

    p->phnum = h->phnum;
    p->phent = h->phentsize;
    for (unsigned i = 0; i < p->nsegments; i++) {
        const struct elf_segment *s = &p->segment[i];

        if (h->phoff >= s->offset && h->phoff - s->offset <= s->filesz &&
            len <= s->filesz - (h->phoff - s->offset))
            p->phdr = s->addr + (h->phoff - s->offset);
    }
}

static int take_wish(const struct file *f, uint64_t at, const l4re_elf_aux_t *head,
                     struct elf_prog *p)
{
    l4re_elf_aux_mword_t w;
    l4re_elf_aux_vma_t v;

    if (head->type == L4RE_ELF_AUX_T_VMA) {
        if (head->length != sizeof(v) || !take(f, at, &v, sizeof(v)))
            return refuse(p, "damaged: reserved range in the L4 section");
        if (v.end < v.start || v.end == UINT64_MAX || p->nvmas == ELF_MAX_VMAS)
            return refuse(p, "damaged: reserved range in the L4 section");
        p->vma[p->nvmas++] = (struct elf_range){ v.start, v.end + 1 };
        return 0;
    }
    if (head->length != sizeof(w) || !take(f, at, &w, sizeof(w)))
        return 0; /* a wish we do not know */
    switch (head->type) {
    case L4RE_ELF_AUX_T_STACK_SIZE: p->stack_size = w.value; break;
    case L4RE_ELF_AUX_T_STACK_ADDR: p->stack_addr = w.value; break;
    case L4RE_ELF_AUX_T_KIP_ADDR: p->kip_addr = w.value; break;
    case L4RE_ELF_AUX_T_EX_REGS_FLAGS: p->ex_regs_flags = w.value; break;
    default: break;
    }
    return 0;
}

static int read_wishes(const struct file *f, const struct phdr *h, struct elf_prog *p)
{
    uint64_t at = h->offset;
    uint64_t end = h->offset + h->filesz;

    if (h->offset > f->size || h->filesz > f->size - h->offset)
        return refuse(p, "truncated: its L4 section lies behind the end of the file");
    while (end - at >= sizeof(l4re_elf_aux_t)) {
        l4re_elf_aux_t head;
        int err;

        if (!take(f, at, &head, sizeof(head)) || head.type == L4RE_ELF_AUX_T_NONE)
            return 0;
        if (head.length < sizeof(head) || head.length > end - at)
            return refuse(p, "damaged: element of %llu bytes in the L4 section",
                          (unsigned long long)head.length);
        err = take_wish(f, at, &head, p);
        if (err)
            return err;
        at += (head.length + 7) & ~(uint64_t)7;
        if (at > end)
            return 0;
    }
    return 0;
}

static int read_phdr(const struct file *f, const struct phdr *h, const struct elf_limits *lim,
                     struct elf_prog *p)
{
    switch (h->type) {
    case PT_LOAD: return add_segment(f, h, lim, p);
    case L4RE_PT_L4_AUX: return read_wishes(f, h, p);
    case PT_INTERP:
    case PT_DYNAMIC:
        refuse(p, "needs a dynamic linker, there is none: link it with -static");
        return -L4_ENOSYS;
    default: return 0;
    }
}

int elf_read(const void *file, size_t size, const struct elf_limits *lim, struct elf_prog *p)
{
    struct file f = { file, size };
    struct ehdr h;
    int err;

    memset(p, 0, sizeof(*p));
    err = check_header(&f, &h, p);
    for (unsigned i = 0; !err && i < h.phnum; i++) {
        struct phdr ph;

        if (!take(&f, h.phoff + (uint64_t)i * sizeof(ph), &ph, sizeof(ph)))
            err = refuse(p, "truncated: program headers lie behind the end of the file");
        else
            err = read_phdr(&f, &ph, lim, p);
    }
    if (err)
        return err;
    if (!p->nsegments)
        return refuse(p, "has nothing to load");
    err = check_overlap(p);
    if (!err)
        err = check_entry(&h, p);
    if (!err)
        find_phdr(&h, p);
    return err;
}
