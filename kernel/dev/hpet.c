/* SPDX-License-Identifier: MIT */
/*
 * See <dev/hpet.h> for the contract. Only the low 32 bits are used: every HPET has them, and
 * reading them is one access.
 *
 * A comparator matches when it is equal, so a deadline that passes while it is written would
 * be lost for a whole turn of the counter: after each write the counter is looked at again.
 */
#include <dev/hpet.h>

#include <arch/mmu.h>
#include <dev/apic.h>
#include <irq/irq.h>
#include <lib/bits.h>

enum hpet_reg {
    HPET_CAPS = 0x00,
    HPET_PERIOD = 0x04, /* femtoseconds of a tick */
    HPET_CONFIG = 0x10,
    HPET_COUNTER = 0xf0,
    HPET_T0_CONFIG = 0x100,
    HPET_T0_ROUTES = 0x104, /* a bit for each pin it can interrupt */
    HPET_T0_COMPARE = 0x108,
};

#define CAPS_LEGACY (1u << 15)
#define CONFIG_ENABLE (1u << 0)
#define CONFIG_LEGACY (1u << 1) /* timer 0 takes the place of legacy interrupt 0 */
#define T_ENABLE (1u << 2)
#define T_32BIT (1u << 8)
#define T_ROUTE_SHIFT 9

#define PERIOD_MAX 100000000u /* 10 MHz is the slowest the specification allows */
#define DELTA_MAX 0x7fffffffull
#define ARM_TRIES 12

static volatile uint32_t *hpet_regs; /* [I] */
static uint64_t hpet_mult;           /* [I] CPU ticks -> HPET ticks, 32 bits fraction */
static uint32_t hpet_t0_config;      /* [I] without T_ENABLE */

static uint32_t reg_read(enum hpet_reg r)
{
    return hpet_regs[r / 4];
}

static void reg_write(enum hpet_reg r, uint32_t v)
{
    hpet_regs[r / 4] = v;
}

bool hpet_init(paddr base)
{
    uint32_t period;

    hpet_regs = base ? arch_map_device(base, 1024) : NULL;
    if (!hpet_regs)
        return false;
    period = reg_read(HPET_PERIOD);
    if (period == 0 || period > PERIOD_MAX) {
        hpet_regs = NULL;
        return false;
    }
    reg_write(HPET_CONFIG, CONFIG_ENABLE);
    return true;
}

uint32_t hpet_read(void)
{
    return reg_read(HPET_COUNTER);
}

uint64_t hpet_ticks_to_ns(uint32_t ticks)
{
    return (uint64_t)ticks * reg_read(HPET_PERIOD) / 1000000u;
}

static void hpet_arm(uint64_t when, uint64_t delta)
{
    uint32_t ahead = (uint32_t)timer_scale_up(delta, hpet_mult, DELTA_MAX);

    (void)when;
    reg_write(HPET_T0_CONFIG, hpet_t0_config | T_ENABLE);
    for (unsigned i = 0; i < ARM_TRIES; i++) {
        const uint32_t at = hpet_read() + ahead;

        reg_write(HPET_T0_COMPARE, at);
        if ((int32_t)(at - hpet_read()) > 0)
            return;
        ahead = 4u << i; /* passed while it was written: a little further each time */
    }
}

static void hpet_stop(void)
{
    reg_write(HPET_T0_CONFIG, hpet_t0_config);
}

static void hpet_hit(struct irq_sink *s, bool level)
{
    (void)s;
    (void)level;
    timer_source_hit();
}

const struct timer_source *hpet_timer_source(uint64_t ticks_khz)
{
    static const struct timer_source source = { .name = "hpet",
                                                .arm = hpet_arm,
                                                .stop = hpet_stop };
    static struct irq_sink sink = { .hit = hpet_hit };
    uint32_t routes;
    unsigned line;

    if (!hpet_regs)
        return NULL;
    routes = reg_read(HPET_T0_ROUTES) & (uint32_t)bits_below(min(irq_count(), 32u));
    hpet_t0_config = T_32BIT;
    if (routes) {
        line = bits_highest(routes);
        hpet_t0_config |= line << T_ROUTE_SHIFT;
    } else if (reg_read(HPET_CAPS) & CAPS_LEGACY) {
        line = intr_isa_line(0);
        reg_write(HPET_CONFIG, CONFIG_ENABLE | CONFIG_LEGACY);
    } else {
        return NULL;
    }
    if (irq_line_attach(line, &sink) || irq_line_set_mode(line, IRQ_MODE_SET))
        return NULL;
    hpet_mult = ((1000000000000ull / reg_read(HPET_PERIOD)) << 32) / ticks_khz + 1;
    hpet_stop();
    irq_line_unmask(line);
    return &source;
}
