/* SPDX-License-Identifier: MIT */
/* See <dev/timer.h>: the alarm of the host's clock. */
#include <dev/timer.h>

#include <arch/host/machine.h>
#include <arch/time.h>
#include <dev/host/devices.h>
#include <irq/irq.h>
#include <sync/micro.h>

static void (*handler)(void);
static uint64_t deadline = TIMER_OFF;

static void timer_hit(void)
{
    if (deadline == TIMER_OFF || arch_ticks() < deadline)
        return; /* it was on its way when it was set anew */
    deadline = TIMER_OFF;
    if (handler)
        handler();
}

void timer_init(const struct acpi_info *acpi)
{
    (void)acpi;
    irq_set_system_handler(IRQ_VECTOR_TIMER, timer_hit);
}

uint64_t timer_ticks_khz(void)
{
    return HOST_TICKS_KHZ;
}

const char *timer_name(void)
{
    return "host";
}

paddr timer_page(void)
{
    return 0;
}

void timer_set_handler(void (*fn)(void))
{
    handler = fn;
}

void timer_set(uint64_t when)
{
    kassert(micro_inside());
    deadline = when;
    host_alarm_set(when, IRQ_VECTOR_TIMER);
}
