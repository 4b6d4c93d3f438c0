/* SPDX-License-Identifier: MIT */
/* See <arch/ioport.h>. */
#include <arch/ioport.h>

#include <arch/cpu.h>
#include <arch/host/machine.h>
#include <lib/base.h>

_Static_assert(ARCH_IO_CHUNKS == HOST_IO_WORDS, "one word is one chunk");

void arch_io_enable(bool on)
{
    host_cpu->io_on = on;
}

void arch_io_set_chunk(unsigned chunk, uint64_t allowed)
{
    kassert(chunk < ARCH_IO_CHUNKS);
    host_cpu->io_allowed[chunk] = allowed;
}

bool host_io_allowed(unsigned port)
{
    return host_cpu->io_on && (host_cpu->io_allowed[port / 64] & BIT(port % 64));
}
