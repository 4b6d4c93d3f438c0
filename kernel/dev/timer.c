/* SPDX-License-Identifier: MIT */
/*
 * See <dev/timer.h> for the contract.
 *
 * Measuring: the CPU's ticks and the local APIC's are counted over one window of the HPET or,
 * without one, of the 8254. Each look at the reference stands between two looks at the ticks;
 * the closest pair of a few is taken, so that a stolen moment (SMI, hypervisor) does no harm.
 *
 * Sources may interrupt early (their counters are short). Then the rest is armed again and
 * nobody hears of it.
 */
#include <dev/timer.h>

#include <arch/irq.h>
#include <arch/time.h>
#include <dev/apic.h>
#include <dev/hpet.h>
#include <dev/pit.h>
#include <dev/timer_source.h>
#include <irq/irq.h>
#include <sync/micro.h>

#include "lapic.h"

enum {
    WINDOW_US = 8000,
    LOOKS = 16,
    WAIT_MAX = 1000000, /* looks; a reference that stands still is found out in seconds */
    PIT_TRIES = 20,
};

static struct {
    const struct timer_source *source; /* [I] */
    void (*handler)(void);             /* [I] */
    uint64_t ticks_khz;                /* [I] */
    paddr page;                        /* [I] registers of the source, 0: none of its own */
    uint64_t deadline;                 /* [c] TIMER_OFF: none */
} timer = { .deadline = TIMER_OFF };

/* What time is measured with. */
struct reference {
    uint32_t (*read)(void);
    uint64_t (*to_ns)(uint32_t ticks);
};

/* One moment on all three clocks. */
struct moment {
    uint64_t ticks;
    uint32_t apic;
    uint32_t reference;
};

static struct moment moment_now(const struct reference *r)
{
    struct moment best = { .ticks = 0 };
    uint64_t closest = UINT64_MAX;

    for (unsigned i = 0; i < LOOKS; i++) {
        const uint64_t before = arch_ticks();
        const uint32_t reference = r->read();
        const uint64_t after = arch_ticks();
        const uint32_t apic = lapic_count_passed();

        if (after - before < closest) {
            closest = after - before;
            best = (struct moment){ before + closest / 2, apic, reference };
        }
    }
    return best;
}

/* Returns: nanoseconds between the two moments, 0 if the reference does not move. */
static uint64_t window_measure(const struct reference *r, struct moment *from, struct moment *to)
{
    lapic_count_start();
    *from = moment_now(r);
    for (unsigned i = 0; i < WAIT_MAX; i++) {
        if (r->to_ns(r->read() - from->reference) >= WINDOW_US * 1000ull) {
            *to = moment_now(r);
            return r->to_ns(to->reference - from->reference);
        }
        arch_pause();
    }
    return 0;
}

/* With the 8254 the window may be missed if somebody steals more than its 54 ms. */
static uint64_t pit_measure(struct moment *from, struct moment *to)
{
    static const struct reference pit = { pit_read, pit_ticks_to_ns };

    for (unsigned i = 0; i < PIT_TRIES; i++) {
        uint64_t ns;

        pit_start();
        ns = window_measure(&pit, from, to);
        if (!pit_is_over())
            return ns;
    }
    return 0;
}

static uint64_t measure(const struct acpi_info *acpi, struct moment *from, struct moment *to)
{
    static const struct reference hpet = { hpet_read, hpet_ticks_to_ns };
    uint64_t ns = hpet_init(acpi->hpet) ? window_measure(&hpet, from, to) : 0;

    return ns ? ns : pit_measure(from, to);
}

static uint64_t khz_of(uint64_t ticks, uint64_t ns)
{
    return (ticks * 1000000u + ns / 2) / ns;
}

static void timer_hit(void)
{
    const uint64_t now = arch_ticks();

    if (timer.deadline == TIMER_OFF)
        return; /* it was on its way when it was switched off */
    if (now < timer.deadline) {
        timer.source->arm(timer.deadline, timer.deadline - now);
        return;
    }
    timer.deadline = TIMER_OFF;
    if (timer.handler)
        timer.handler();
}

void timer_source_hit(void)
{
    timer_hit();
}

void timer_init(const struct acpi_info *acpi)
{
    struct moment from, to;
    const uint64_t ns = measure(acpi, &from, &to);

    if (!ns || to.ticks == from.ticks)
        panic("no reference to measure the CPU's clock with: neither HPET nor 8254 counts");
    timer.ticks_khz = khz_of(to.ticks - from.ticks, ns);

    irq_set_system_handler(IRQ_VECTOR_TIMER, timer_hit);
    timer.source = tsc_deadline_source();
    if (!timer.source)
        timer.source = lapic_timer_source(timer.ticks_khz, khz_of(to.apic - from.apic, ns));
    if (!timer.source) {
        timer.source = hpet_timer_source(timer.ticks_khz);
        timer.page = align_down(acpi->hpet, 4096);
    }
    if (!timer.source)
        panic("this machine has no timer that the kernel can use");
    timer.source->stop();
}

uint64_t timer_ticks_khz(void)
{
    return timer.ticks_khz;
}

paddr timer_page(void)
{
    return timer.page;
}

const char *timer_name(void)
{
    return timer.source->name;
}

void timer_set_handler(void (*fn)(void))
{
    timer.handler = fn;
}

void timer_set(uint64_t when)
{
    uint64_t now;

    kassert(micro_inside());
    timer.deadline = when;
    if (when == TIMER_OFF) {
        timer.source->stop();
        return;
    }
    now = arch_ticks();
    timer.source->arm(when, when > now ? when - now : 0);
}
