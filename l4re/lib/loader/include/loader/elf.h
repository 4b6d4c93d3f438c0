/* SPDX-License-Identifier: MIT */
/*
 * Reading a static ELF program: all that is needed to start it, and nothing that was not checked.
 * No system calls, no allocation: the file is given as bytes in memory.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    ELF_MAX_SEGMENTS = 16,
    ELF_MAX_VMAS = 8,
    ELF_TEXT_LEN = 120,
    ELF_PAGE = 4096,
};

enum elf_rights {
    ELF_X = 1,
    ELF_W = 2,
    ELF_R = 4,
};

/* One loadable segment. [addr, addr + memsz) does not wrap and is not empty. */
struct elf_segment {
    uint64_t addr;
    uint64_t memsz;
    uint64_t offset; /* [offset, offset + filesz) lies in the file, filesz <= memsz */
    uint64_t filesz;
    unsigned rights;
};

struct elf_range {
    uint64_t start;
    uint64_t end; /* exclusive */
};

struct elf_prog {
    uint64_t entry; /* inside an executable segment */
    uint64_t phdr;  /* address of the program headers in the program's memory, 0: not loaded */
    unsigned phnum;
    unsigned phent;
    unsigned nsegments;
    struct elf_segment segment[ELF_MAX_SEGMENTS]; /* ascending, on pages of their own */

    /* Wishes from the L4 auxiliary section; 0: none. */
    uint64_t stack_size;
    uint64_t stack_addr;
    uint64_t kip_addr;
    uint64_t ex_regs_flags;
    unsigned nvmas;
    struct elf_range vma[ELF_MAX_VMAS];

    char text[ELF_TEXT_LEN]; /* why it was refused */
};

/* The bounds a program must keep. */
struct elf_limits {
    uint64_t low;  /* lowest address */
    uint64_t high; /* first address behind */
};

/*
 * Check `file` of `size` bytes and fill `p`.
 * Returns: 0; or -L4_EINVAL (not a program we can start; p->text says why, without the file's
 *          name) or -L4_ENOSYS (needs a dynamic linker).
 */
int elf_read(const void *file, size_t size, const struct elf_limits *lim, struct elf_prog *p);
