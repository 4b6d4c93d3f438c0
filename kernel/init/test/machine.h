/* SPDX-License-Identifier: MIT */
/* A small machine for tests of the memory plan: its RAM is an array, physical address 0 on. */
#pragma once

#include <init/boot_info.h>
#include <init/memplan.h>
#include <lib/elf.h>

#define MACHINE_BYTES MiB(32)
#define SIGMA0_AT 0x100000ull
#define ROOT_AT 0x140000ull
#define ELF_FILE_BYTES 0x1204u

extern struct boot_info machine_boot;

/* sigma0 and root task as modules at 2 MiB and 2.5 MiB, kernel at 4 MiB, 32 MiB of RAM. */
struct memplan_input machine_usual(void);

void *machine_at(uint64_t p);

/* RAM up to `bytes`, without the hole below 1 MiB / no RAM / more of it. */
void machine_ram(uint64_t bytes);
void machine_ram_add(uint64_t start, uint64_t end);

/* Put a module; returns its bytes. */
uint8_t *machine_module(unsigned i, uint64_t at, const char *cmdline, uint64_t bytes);

/*
 * Put an ELF file as module i: code ("CODE") at `linked`, data ("DATA") of two pages at
 * linked + 0x2000, entry at the code.
 */
void machine_elf(unsigned i, uint64_t at, uint64_t linked, enum elf_type type);
