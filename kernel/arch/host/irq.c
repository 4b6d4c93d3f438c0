/* SPDX-License-Identifier: MIT */
/* See <arch/irq.h>, <arch/host/machine.h>: the flag, pending vectors, the clock and its alarm. */
#include <arch/irq.h>

#include <arch/host/machine.h>
#include <arch/time.h>
#include <sched.h>

_Thread_local struct host_irqs host_irqs;

static void (*kernel_entry)(unsigned vector);

static _Thread_local struct {
    void (*ask)(void *arg);
    void *arg;
    bool asking; /* what the test does there is no offer again */
} offer;

static uint64_t now; /* atomic */
static _Thread_local struct {
    uint64_t when;
    unsigned vector;
    bool set;
} alarm_clock;

/* ---- interrupts -------------------------------------------------------------------------- */

bool host_irq_pending(void)
{
    return host_irqs.pending[0] | host_irqs.pending[1] | host_irqs.pending[2] |
           host_irqs.pending[3];
}

static void note_attention(void)
{
    host_irqs.attention = host_irq_pending() || offer.ask;
}

void host_irq_raise(unsigned vector)
{
    host_irqs.pending[vector / 64] |= BIT(vector % 64);
    note_attention();
}

unsigned host_irq_take(void)
{
    unsigned word = 0;
    unsigned bit;

    while (!host_irqs.pending[word])
        word++;
    bit = (unsigned)__builtin_ctzll(host_irqs.pending[word]);
    host_irqs.pending[word] &= ~BIT(bit);
    note_attention();
    return word * 64 + bit;
}

void host_irq_set_kernel_entry(void (*fn)(unsigned vector))
{
    kernel_entry = fn;
}

void host_irq_on_offer(void (*fn)(void *arg), void *arg)
{
    offer.ask = fn;
    offer.arg = arg;
    note_attention();
}

void host_irq_ask(void)
{
    if (!offer.ask || offer.asking)
        return;
    offer.asking = true;
    offer.ask(offer.arg);
    offer.asking = false;
}

void host_irq_offer(void)
{
    host_irq_ask();
    while (kernel_entry && host_irq_pending()) {
        host_irqs.off = true;
        kernel_entry(host_irq_take());
        host_irqs.off = false;
    }
}

void host_pause(void)
{
    (void)sched_yield();
}

void host_idle(void)
{
    arch_irq_on();
    arch_irq_off();
}

/* ---- clock ------------------------------------------------------------------------------- */

uint64_t host_clock(void)
{
    return __atomic_load_n(&now, __ATOMIC_RELAXED);
}

static void ring_if_due(void)
{
    if (!alarm_clock.set || alarm_clock.when > host_clock())
        return;
    alarm_clock.set = false;
    host_irq_raise(alarm_clock.vector);
}

void host_clock_advance(uint64_t ticks)
{
    __atomic_fetch_add(&now, ticks, __ATOMIC_RELAXED);
    ring_if_due();
}

void host_alarm_set(uint64_t when, unsigned vector)
{
    alarm_clock.when = when;
    alarm_clock.vector = vector;
    alarm_clock.set = when != HOST_ALARM_OFF;
    ring_if_due();
}

uint64_t host_alarm(void)
{
    return alarm_clock.set ? alarm_clock.when : HOST_ALARM_OFF;
}
