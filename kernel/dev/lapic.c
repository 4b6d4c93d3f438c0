/* SPDX-License-Identifier: MIT */
/*
 * The local APIC: end of interrupt, identity, one-shot timer. Registers are memory-mapped; if
 * the firmware left it in x2APIC mode, it is switched off and on again, which is the one way
 * back.
 */
#include "lapic.h"

#include <arch/impl/cpuid.h>
#include <arch/impl/msr.h>
#include <arch/mmu.h>
#include <dev/apic.h>
#include <irq/irq.h>

enum lapic_reg {
    LAPIC_ID = 0x20,
    LAPIC_VERSION = 0x30,
    LAPIC_TPR = 0x80,
    LAPIC_EOI = 0xb0,
    LAPIC_SVR = 0xf0,
    LAPIC_ESR = 0x280,
    LAPIC_LVT_TIMER = 0x320,
    LAPIC_LVT_THERMAL = 0x330,
    LAPIC_LVT_PERF = 0x340,
    LAPIC_LVT_LINT0 = 0x350,
    LAPIC_LVT_LINT1 = 0x360,
    LAPIC_LVT_ERROR = 0x370,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,
};

#define LVT_MASKED (1u << 16)
#define LVT_NMI (4u << 8)
#define SVR_ENABLE (1u << 8)
#define DIVIDE_BY_1 0xbu

#define BASE_X2APIC (1ull << 10)
#define BASE_ENABLE (1ull << 11)
#define BASE_ADDR 0x000ffffffffff000ull

#define CPUID_1_EDX_APIC (1u << 9)

static volatile uint32_t *lapic_regs; /* [I] */
static uint64_t lapic_mult;           /* [I] CPU ticks -> timer ticks, 32 bits fraction */

static uint32_t lapic_read(enum lapic_reg r)
{
    return lapic_regs[r / 4];
}

static void lapic_write(enum lapic_reg r, uint32_t v)
{
    lapic_regs[r / 4] = v;
}

static void lapic_eoi(void)
{
    lapic_write(LAPIC_EOI, 0);
}

/* A write latches the error, another read shows it; the next one can come then. */
static void lapic_error(void)
{
    lapic_write(LAPIC_ESR, 0);
}

unsigned lapic_id(void)
{
    return lapic_read(LAPIC_ID) >> 24;
}

paddr lapic_page(paddr base_from_tables)
{
    return base_from_tables ? base_from_tables : rdmsr(MSR_APIC_BASE) & BASE_ADDR;
}

void lapic_init(paddr base)
{
    const uint64_t msr = rdmsr(MSR_APIC_BASE);

    if (!(x86_cpuid(1, 0).edx & CPUID_1_EDX_APIC))
        panic("this CPU has no local APIC, or the firmware has disabled it");
    if (msr & BASE_X2APIC)
        wrmsr(MSR_APIC_BASE, msr & ~(BASE_X2APIC | BASE_ENABLE));
    wrmsr(MSR_APIC_BASE, (msr & ~BASE_X2APIC) | BASE_ENABLE);

    lapic_regs = arch_map_device(lapic_page(base), 4096);
    if (!lapic_regs)
        panic("no address space for the local APIC");

    lapic_write(LAPIC_TPR, 0);
    lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
    lapic_write(LAPIC_LVT_LINT0, LVT_MASKED);
    lapic_write(LAPIC_LVT_LINT1, LVT_NMI);
    /* Their number is in the version register; thermal and performance came later. */
    if ((lapic_read(LAPIC_VERSION) >> 16 & 0xff) >= 4)
        lapic_write(LAPIC_LVT_PERF, LVT_MASKED);
    if ((lapic_read(LAPIC_VERSION) >> 16 & 0xff) >= 5)
        lapic_write(LAPIC_LVT_THERMAL, LVT_MASKED);
    lapic_write(LAPIC_ESR, 0);
    lapic_write(LAPIC_LVT_ERROR, IRQ_VECTOR_ERROR);
    lapic_write(LAPIC_SVR, SVR_ENABLE | IRQ_VECTOR_SPURIOUS);

    irq_set_eoi(lapic_eoi);
    irq_set_system_handler(IRQ_VECTOR_ERROR, lapic_error);
    lapic_eoi(); /* the firmware may have left one open */
}

/* ---- timer ----------------------------------------------------------------------------- */

void lapic_count_start(void)
{
    lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
    lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
    lapic_write(LAPIC_TIMER_INITIAL, UINT32_MAX);
}

uint32_t lapic_count_passed(void)
{
    return UINT32_MAX - lapic_read(LAPIC_TIMER_CURRENT);
}

void lapic_timer_mode(enum lapic_timer_mode mode)
{
    lapic_write(LAPIC_TIMER_INITIAL, 0);
    lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
    lapic_write(LAPIC_LVT_TIMER, IRQ_VECTOR_TIMER | (uint32_t)mode);
}

static void lapic_timer_arm(uint64_t when, uint64_t delta)
{
    const uint64_t count = timer_scale_up(delta, lapic_mult, UINT32_MAX);

    (void)when;
    lapic_write(LAPIC_TIMER_INITIAL, count ? (uint32_t)count : 1);
}

static void lapic_timer_stop(void)
{
    lapic_write(LAPIC_TIMER_INITIAL, 0);
}

const struct timer_source *lapic_timer_source(uint64_t ticks_khz, uint64_t apic_khz)
{
    static const struct timer_source source = { .name = "apic",
                                                .arm = lapic_timer_arm,
                                                .stop = lapic_timer_stop };

    if (!apic_khz)
        return NULL;
    lapic_mult = (apic_khz << 32) / ticks_khz + 1;
    lapic_timer_mode(LAPIC_TIMER_ONESHOT);
    return &source;
}
