/* SPDX-License-Identifier: MIT */
/* Switching the machine off, and starting it again. */
#pragma once

#include <dev/acpi.h>
#include <lib/base.h>

/* Remember how; maps what is needed. Context: boot. */
void power_init(const struct acpi_info *acpi);

/*
 * Power off through ACPI S5. Returns only if the machine did not obey: -L4_ENOSYS.
 * Context: preemptible.
 */
int machine_power_off(void);

/*
 * Reset: ACPI reset register, then port 0xcf9, then the keyboard controller, then a triple
 * fault. Context: any.
 */
_Noreturn void machine_reboot(void);

/*
 * End QEMU through its isa-debug-exit device at port 0x501: QEMU's exit status becomes
 * (code << 1) | 1. Without that device nothing happens.
 */
void machine_debug_exit(uint8_t code);
