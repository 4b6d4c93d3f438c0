/* SPDX-License-Identifier: MIT */
/* See <dev/pit.h> for the contract. Counter 2 has a gate and an output at port 0x61. */
#include <dev/pit.h>

#include <arch/impl/port.h>

enum {
    PIT_COUNTER2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_COUNT_ONCE = 0xb0, /* counter 2, low byte then high byte, mode 0: output rises at 0 */
    PIT_LATCH = 0x80,      /* counter 2: hold the count until it is read */
    PIT_TOP = 0xffff,
    GATE_PORT = 0x61,
    GATE_ON = 1 << 0,
    SPEAKER_ON = 1 << 1,
    GATE_OUTPUT = 1 << 5,
};

#define PIT_HZ 1193182ull

void pit_start(void)
{
    const uint8_t gate = (uint8_t)(inb(GATE_PORT) & ~(SPEAKER_ON | GATE_ON));

    outb(GATE_PORT, gate | GATE_ON);
    outb(PIT_COMMAND, PIT_COUNT_ONCE);
    outb(PIT_COUNTER2, PIT_TOP & 0xff);
    outb(PIT_COUNTER2, PIT_TOP >> 8);
}

uint32_t pit_read(void)
{
    uint32_t count;

    outb(PIT_COMMAND, PIT_LATCH);
    count = inb(PIT_COUNTER2);
    count |= (uint32_t)inb(PIT_COUNTER2) << 8;
    return PIT_TOP - count;
}

uint64_t pit_ticks_to_ns(uint32_t ticks)
{
    return ticks * 1000000000ull / PIT_HZ;
}

bool pit_is_over(void)
{
    return inb(GATE_PORT) & GATE_OUTPUT;
}
