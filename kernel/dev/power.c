/* SPDX-License-Identifier: MIT */
/* See <dev/power.h> for the contract. */
#include <dev/power.h>

#include <arch/cpu.h>
#include <arch/impl/port.h>
#include <arch/irq.h>
#include <arch/mmu.h>
#include <l4/sys/err.h>

enum {
    PM1_SCI_EN = 1 << 0, /* ACPI mode is on */
    PM1_SLP_TYP_SHIFT = 10,
    PM1_SLP_TYP_MASK = 7 << 10,
    PM1_SLP_EN = 1 << 13,

    RESET_PORT = 0xcf9,
    KBD_COMMAND = 0x64,
    KBD_BUSY = 1 << 1,
    KBD_PULSE_RESET = 0xfe,

    QEMU_EXIT_PORT = 0x501,
    TRIES = 1000000, /* port reads, about a second */
};

enum {
    SPACE_MEMORY = 0,
    SPACE_IO = 1
};

static struct acpi_info power;       /* [I] */
static volatile uint8_t *reset_regs; /* [I] reset register in memory */

void power_init(const struct acpi_info *acpi)
{
    power = *acpi;
    if (power.reset.width && power.reset.space == SPACE_MEMORY)
        reset_regs = arch_map_device(power.reset.addr, 1);
}

static void acpi_mode_on(void)
{
    if (!power.smi_cmd || !power.acpi_enable || (inw(power.pm1a_cnt) & PM1_SCI_EN))
        return;
    outb(power.smi_cmd, power.acpi_enable);
    for (unsigned i = 0; i < TRIES && !(inw(power.pm1a_cnt) & PM1_SCI_EN); i++)
        arch_pause();
}

static void sleep_write(uint16_t port, uint8_t type)
{
    const unsigned keep = inw(port) & ~(unsigned)(PM1_SLP_TYP_MASK | PM1_SLP_EN);

    outw(port, (uint16_t)(keep | (type & 7u) << PM1_SLP_TYP_SHIFT | PM1_SLP_EN));
}

int machine_power_off(void)
{
    if (!power.has_s5 || !power.pm1a_cnt)
        return -L4_ENOSYS;
    acpi_mode_on();
    sleep_write(power.pm1a_cnt, power.s5_typ_a);
    if (power.pm1b_cnt)
        sleep_write(power.pm1b_cnt, power.s5_typ_b);
    for (unsigned i = 0; i < TRIES; i++)
        (void)inw(power.pm1a_cnt);
    return -L4_ENOSYS;
}

static void settle(void)
{
    for (unsigned i = 0; i < TRIES / 10; i++)
        (void)inb(KBD_COMMAND);
}

void machine_reboot(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) no_idt = { 0, 0 };

    arch_irq_off();
    if (reset_regs) {
        *reset_regs = power.reset_value;
        settle();
    } else if (power.reset.width && power.reset.space == SPACE_IO) {
        outb((uint16_t)power.reset.addr, power.reset_value);
        settle();
    }
    outb(RESET_PORT, 0x02); /* choose a hard reset, then do it */
    outb(RESET_PORT, 0x06);
    settle();
    for (unsigned i = 0; i < TRIES / 10 && (inb(KBD_COMMAND) & KBD_BUSY); i++)
        arch_pause();
    outb(KBD_COMMAND, KBD_PULSE_RESET);
    settle();
    __asm__ volatile("lidt %0; int3" : : "m"(no_idt));
    arch_halt();
}

void machine_debug_exit(uint8_t code)
{
    outb(QEMU_EXIT_PORT, code);
}
