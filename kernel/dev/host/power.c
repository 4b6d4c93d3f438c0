/* SPDX-License-Identifier: MIT */
/* See <dev/power.h>: the host does not obey, it counts. */
#include <dev/power.h>

#include <arch/cpu.h>
#include <dev/host/devices.h>
#include <l4/sys/err.h>

static unsigned offs;

void power_init(const struct acpi_info *acpi)
{
    (void)acpi;
}

int machine_power_off(void)
{
    offs++;
    return -L4_ENOSYS;
}

unsigned host_power_offs(void)
{
    return offs;
}

void machine_reboot(void)
{
    arch_halt();
}

void machine_debug_exit(uint8_t code)
{
    (void)code;
}
