/* SPDX-License-Identifier: MIT */
/* See <dev/pit.h> for the contract. Counter 2 has a gate and an output at port 0x61. */
#include <dev/pit.h>

#include <arch/impl/port.h>

enum {
    PIT_COUNTER2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_COUNT_ONCE = 0xb0, /* counter 2, low byte then high byte, mode 0: output rises at 0 */
    GATE_PORT = 0x61,
    GATE_ON = 1 << 0,
    SPEAKER_ON = 1 << 1,
    GATE_OUTPUT = 1 << 5,
};

#define PIT_HZ 1193182ull

static uint16_t pit_ticks(uint32_t us)
{
    return (uint16_t)(PIT_HZ * us / 1000000u);
}

void pit_start(uint32_t us)
{
    const uint16_t n = pit_ticks(us);
    const uint8_t gate = (uint8_t)(inb(GATE_PORT) & ~(SPEAKER_ON | GATE_ON));

    outb(GATE_PORT, gate);
    outb(PIT_COMMAND, PIT_COUNT_ONCE);
    outb(PIT_COUNTER2, (uint8_t)n);
    outb(PIT_COUNTER2, (uint8_t)(n >> 8));
    outb(GATE_PORT, gate | GATE_ON);
}

bool pit_is_done(void)
{
    return inb(GATE_PORT) & GATE_OUTPUT;
}

uint64_t pit_ns(uint32_t us)
{
    return pit_ticks(us) * 1000000000ull / PIT_HZ;
}
