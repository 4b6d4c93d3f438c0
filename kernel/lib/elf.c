/* SPDX-License-Identifier: MIT */
/*
 * See <lib/elf.h> for the contract.
 *
 * Headers are copied out byte by byte, so the image needs no alignment. Every sum is checked
 * in the form "b <= size - a", which can not overflow once a <= size is known.
 */
#include <lib/elf.h>
#include <lib/string.h>

enum {
    IDENT_CLASS = 4,
    IDENT_DATA = 5,
    IDENT_VERSION = 6,

    CLASS_64 = 2,
    DATA_LITTLE = 1,
    VERSION_NOW = 1,
};

static bool inside(uint64_t offset, uint64_t len, uint64_t size)
{
    return offset <= size && len <= size - offset;
}

static bool ident_ok(const uint8_t *id)
{
    return id[0] == 0x7f && id[1] == 'E' && id[2] == 'L' && id[3] == 'F' &&
           id[IDENT_CLASS] == CLASS_64 && id[IDENT_DATA] == DATA_LITTLE &&
           id[IDENT_VERSION] == VERSION_NOW;
}

bool elf_open(struct elf *e, const void *image, size_t size, uint16_t machine)
{
    struct elf64_ehdr h;

    if (size < sizeof(h))
        return false;
    memcpy(&h, image, sizeof(h));

    if (!ident_ok(h.ident) || h.version != VERSION_NOW || h.machine != machine)
        return false;
    if (h.type != ELF_TYPE_EXEC && h.type != ELF_TYPE_DYN)
        return false;
    if (h.ehsize < sizeof(h) || h.phentsize != sizeof(struct elf64_phdr) || !h.phnum)
        return false;
    if (!inside(h.phoff, (uint64_t)h.phnum * sizeof(struct elf64_phdr), size))
        return false;

    *e = (struct elf){
        .image = image,
        .size = size,
        .entry = h.entry,
        .phoff = h.phoff,
        .phnum = h.phnum,
        .type = (enum elf_type)h.type,
    };
    return true;
}

static bool load_ok(const struct elf64_phdr *p)
{
    if (p->filesz > p->memsz || p->memsz > UINT64_MAX - p->vaddr)
        return false;
    if (p->align <= 1)
        return true;
    return !(p->align & (p->align - 1)) && !((p->vaddr - p->offset) & (p->align - 1));
}

bool elf_segment(const struct elf *e, unsigned i, struct elf64_phdr *out)
{
    if (i >= e->phnum)
        return false;
    memcpy(out, e->image + e->phoff + i * sizeof(*out), sizeof(*out));

    if (out->type == ELF_PT_NULL) {
        *out = (struct elf64_phdr){ 0 }; /* its fields mean nothing, not even to a careless user */
        return true;
    }
    if (!inside(out->offset, out->filesz, e->size))
        return false;
    return out->type != ELF_PT_LOAD || load_ok(out);
}

bool elf_range(const struct elf *e, uint64_t *start, uint64_t *end)
{
    struct elf64_phdr p;

    *start = UINT64_MAX;
    *end = 0;
    for (unsigned i = 0; i < e->phnum; i++) {
        if (!elf_segment(e, i, &p))
            return false;
        if (p.type != ELF_PT_LOAD || !p.memsz)
            continue;
        *start = min(*start, p.vaddr);
        *end = max(*end, p.vaddr + p.memsz);
    }
    return *start < *end;
}
