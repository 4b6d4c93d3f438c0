/* SPDX-License-Identifier: MIT */
/* The CPU's format of the port bitmap: behind the TSS, bit set = denied. */
#include <arch/ioport.h>

#include <arch/cpu.h>
#include <lib/base.h>

_Static_assert(ARCH_IO_CHUNKS == X86_IO_WORDS, "one word is one chunk");

void arch_io_enable(bool on)
{
    arch_this_cpu()->tss.iomap_base = on ? X86_IOMAP_VALID : X86_IOMAP_NONE;
}

void arch_io_set_chunk(unsigned chunk, uint64_t allowed)
{
    kassert(chunk < ARCH_IO_CHUNKS);
    arch_this_cpu()->io_denied[chunk] = ~allowed;
}
