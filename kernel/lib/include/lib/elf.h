/* SPDX-License-Identifier: MIT */
/*
 * ELF64 images: checked reading of header and program headers.
 *
 * The image is not trusted. elf_open() validates what it returns, elf_segment() each program
 * header; neither reads outside [image, image + size), wherever the offsets point.
 */
#pragma once

#include <lib/base.h>

#define ELF_MACHINE_X86_64 62u
#define ELF_MACHINE_AARCH64 183u
#define ELF_MACHINE_RISCV 243u

enum elf_type {
    ELF_TYPE_EXEC = 2,
    ELF_TYPE_DYN = 3,
};

enum elf_segment_type {
    ELF_PT_NULL = 0,
    ELF_PT_LOAD = 1,
    ELF_PT_DYNAMIC = 2,
    ELF_PT_INTERP = 3,
    ELF_PT_NOTE = 4,
    ELF_PT_PHDR = 6,
    ELF_PT_TLS = 7,
};

enum elf_segment_flag {
    ELF_PF_X = 1u << 0,
    ELF_PF_W = 1u << 1,
    ELF_PF_R = 1u << 2,
};

struct elf64_ehdr {
    uint8_t ident[16];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t phoff;
    uint64_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};

struct elf64_phdr {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t filesz;
    uint64_t memsz;
    uint64_t align;
};

_Static_assert(sizeof(struct elf64_ehdr) == 64, "size of the ELF64 header");
_Static_assert(sizeof(struct elf64_phdr) == 56, "size of an ELF64 program header");

/* An image that passed the checks. */
struct elf {
    const uint8_t *image;
    size_t size;
    uint64_t entry;
    uint64_t phoff;
    uint16_t phnum;
    enum elf_type type;
};

/*
 * Check the header of an image for a machine: class, byte order, version, EXEC or DYN, size
 * and place of the program header table.
 *
 * Returns: false if anything is wrong; `e` is then unusable.
 */
bool elf_open(struct elf *e, const void *image, size_t size, uint16_t machine) must_check;

/*
 * Read program header i < e->phnum. For a LOAD segment: file part inside the image and not
 * longer than the memory part, no overflow of addresses, sane alignment.
 *
 * Returns: false if the header is malformed. An unused header (NULL) comes back as all zeros.
 */
bool elf_segment(const struct elf *e, unsigned i, struct elf64_phdr *out) must_check;

/* The bytes of a segment elf_segment() has accepted; ph->filesz of them. */
static inline const void *elf_segment_data(const struct elf *e, const struct elf64_phdr *ph)
{
    return e->image + ph->offset;
}

/*
 * Address range [*start, *end) all LOAD segments cover.
 *
 * Returns: false if a header is malformed or nothing is to be loaded.
 */
bool elf_range(const struct elf *e, uint64_t *start, uint64_t *end) must_check;
