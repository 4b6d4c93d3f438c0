/* SPDX-License-Identifier: MIT */
/* ELF64 structures and the numbers a loader needs, as the System V ABI defines them. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

typedef l4_uint16_t Elf64_Half;
typedef l4_uint32_t Elf64_Word;
typedef l4_int32_t Elf64_Sword;
typedef l4_uint64_t Elf64_Xword;
typedef l4_int64_t Elf64_Sxword;
typedef l4_uint64_t Elf64_Addr;
typedef l4_uint64_t Elf64_Off;

enum {
    EI_NIDENT = 16,
    EI_CLASS = 4, /* index of the bytes of e_ident behind the magic */
    EI_DATA = 5,
    EI_VERSION = 6,
    EI_OSABI = 7,
    ELFCLASS64 = 2,
    ELFDATA2LSB = 1,
    EV_CURRENT = 1,
    ET_NONE = 0,
    ET_REL = 1,
    ET_EXEC = 2,
    ET_DYN = 3,
    EM_X86_64 = 62,
};

#define ELFMAG "\177ELF"
#define SELFMAG 4

typedef struct {
    unsigned char e_ident[EI_NIDENT];
    Elf64_Half e_type;
    Elf64_Half e_machine;
    Elf64_Word e_version;
    Elf64_Addr e_entry;
    Elf64_Off e_phoff;
    Elf64_Off e_shoff;
    Elf64_Word e_flags;
    Elf64_Half e_ehsize;
    Elf64_Half e_phentsize;
    Elf64_Half e_phnum;
    Elf64_Half e_shentsize;
    Elf64_Half e_shnum;
    Elf64_Half e_shstrndx;
} Elf64_Ehdr;

enum { /* p_type */
    PT_NULL = 0,
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    PT_INTERP = 3,
    PT_NOTE = 4,
    PT_PHDR = 6,
    PT_TLS = 7,
    PT_GNU_STACK = 0x6474e551,
    PT_L4_STACK = 0x60000012,
    PT_L4_KIP = 0x60000013,
    PT_L4_AUX = 0x60000014, /* see <l4/re/elf_aux.h> */
};

enum { /* p_flags */
    PF_X = 1,
    PF_W = 2,
    PF_R = 4,
};

typedef struct {
    Elf64_Word p_type;
    Elf64_Word p_flags;
    Elf64_Off p_offset;
    Elf64_Addr p_vaddr;
    Elf64_Addr p_paddr;
    Elf64_Xword p_filesz;
    Elf64_Xword p_memsz;
    Elf64_Xword p_align;
} Elf64_Phdr;

typedef struct {
    Elf64_Word sh_name;
    Elf64_Word sh_type;
    Elf64_Xword sh_flags;
    Elf64_Addr sh_addr;
    Elf64_Off sh_offset;
    Elf64_Xword sh_size;
    Elf64_Word sh_link;
    Elf64_Word sh_info;
    Elf64_Xword sh_addralign;
    Elf64_Xword sh_entsize;
} Elf64_Shdr;

typedef struct {
    Elf64_Word st_name;
    unsigned char st_info;
    unsigned char st_other;
    Elf64_Half st_shndx;
    Elf64_Addr st_value;
    Elf64_Xword st_size;
} Elf64_Sym;

typedef struct {
    Elf64_Sxword d_tag;
    union {
        Elf64_Xword d_val;
        Elf64_Addr d_ptr;
    } d_un;
} Elf64_Dyn;

typedef struct {
    Elf64_Addr r_offset;
    Elf64_Xword r_info;
    Elf64_Sxword r_addend;
} Elf64_Rela;

typedef struct {
    Elf64_Word n_namesz;
    Elf64_Word n_descsz;
    Elf64_Word n_type;
} Elf64_Nhdr;

typedef struct {
    l4_umword_t a_type;
    union {
        l4_umword_t a_val;
    } a_un;
} Elf64_auxv_t;

enum { /* a_type of the auxiliary vector */
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    AT_PAGESZ = 6,
    AT_BASE = 7,
    AT_ENTRY = 9,
    AT_UID = 11,
    AT_EUID = 12,
    AT_GID = 13,
    AT_EGID = 14,
};

L4_ABI_ASSERT_SIZE(Elf64_Ehdr, 64);
L4_ABI_ASSERT_SIZE(Elf64_Phdr, 56);
L4_ABI_ASSERT_SIZE(Elf64_Shdr, 64);
L4_ABI_ASSERT_SIZE(Elf64_Sym, 24);
L4_ABI_ASSERT_SIZE(Elf64_Rela, 24);

#define ElfW(type) Elf64_##type

/* Does the header begin like an ELF file? */
L4_INLINE int l4util_elf_check_magic(ElfW(Ehdr) const *hdr)
{
    return __builtin_memcmp(hdr->e_ident, ELFMAG, SELFMAG) == 0;
}

/* Is it for this machine: x86-64, little endian? The magic must have been checked. */
L4_INLINE int l4util_elf_check_arch(ElfW(Ehdr) const *hdr)
{
    return hdr->e_ident[EI_CLASS] == ELFCLASS64 && hdr->e_ident[EI_DATA] == ELFDATA2LSB &&
           hdr->e_machine == EM_X86_64;
}

/* Program headers of a file that lies in memory as a whole; bounds are the caller's concern. */
L4_INLINE ElfW(Phdr) * l4util_elf_phdr(ElfW(Ehdr) const *hdr)
{
    return (ElfW(Phdr) *)((l4_addr_t)hdr + hdr->e_phoff);
}
