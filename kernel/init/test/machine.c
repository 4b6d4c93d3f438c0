/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

struct boot_info machine_boot;

static uint8_t *memory(void)
{
    static uint8_t *m;

    if (!m)
        m = calloc(1, MACHINE_BYTES);
    return m;
}

void *machine_at(uint64_t p)
{
    if (p > MACHINE_BYTES)
        abort();
    return memory() + p;
}

static const void *bytes_at(uint64_t p, uint64_t n)
{
    return p <= MACHINE_BYTES && n <= MACHINE_BYTES - p ? memory() + p : NULL;
}

void machine_ram_add(uint64_t start, uint64_t end)
{
    machine_boot.mem[machine_boot.nmem++] = (struct boot_mem){ start, end, BOOT_MEM_RAM };
}

void machine_ram(uint64_t bytes)
{
    machine_boot.nmem = 0;
    if (!bytes)
        return;
    machine_ram_add(0, 0x9fc00);
    machine_ram_add(MiB(1), bytes);
}

uint8_t *machine_module(unsigned i, uint64_t at, const char *cmdline, uint64_t bytes)
{
    machine_boot.module[i] = (struct boot_module){ at, at + bytes, cmdline };
    if (machine_boot.nmodules <= i)
        machine_boot.nmodules = i + 1;
    return machine_at(at);
}

void machine_elf(unsigned i, uint64_t at, uint64_t linked, enum elf_type type)
{
    const struct elf64_phdr ph[2] = {
        { ELF_PT_LOAD, ELF_PF_R | ELF_PF_X, 0x1000, linked, linked, 4, 4, 0x1000 },
        { ELF_PT_LOAD, ELF_PF_R | ELF_PF_W, 0x1200, linked + 0x2000, linked + 0x2000, 4, 0x2000,
          1 },
    };
    const struct elf64_ehdr e = {
        .ident = { 0x7f, 'E', 'L', 'F', 2, 1, 1 },
        .type = (uint16_t)type,
        .machine = ELF_MACHINE_X86_64,
        .version = 1,
        .entry = linked,
        .phoff = sizeof(e),
        .ehsize = sizeof(e),
        .phentsize = sizeof(ph[0]),
        .phnum = 2,
    };
    uint8_t *file = machine_module(i, at, i ? "rom/moe --init x" : "sigma0", ELF_FILE_BYTES);

    memset(file, 0xcc, ELF_FILE_BYTES);
    memcpy(file, &e, sizeof(e));
    memcpy(file + sizeof(e), ph, sizeof(ph));
    memcpy(file + 0x1000, "CODE", 4);
    memcpy(file + 0x1200, "DATA", 4);
}

struct memplan_input machine_usual(void)
{
    machine_boot.nmodules = 0;
    machine_ram(MACHINE_BYTES);
    machine_elf(0, 0x200000, SIGMA0_AT, ELF_TYPE_EXEC);
    machine_elf(1, 0x280000, ROOT_AT, ELF_TYPE_EXEC);
    return (struct memplan_input){
        .boot = &machine_boot,
        .kernel = { MiB(4), MiB(4) + 0x80000 },
        .max_phys = GiB(64),
        .pool_limit = GiB(4),
        .info_bytes = 4000,
        .machine = ELF_MACHINE_X86_64,
        .bytes_at = bytes_at,
    };
}
