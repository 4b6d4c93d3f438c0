/* SPDX-License-Identifier: MIT */
/*
 * The kernel's console: a 16550 UART, polled.
 *
 * Output is slow (a character at 115200 baud takes 87 us), so it happens with interrupts on,
 * character by character, and never in a micro-section. Two writers that preempt each other
 * mix their characters, never lose them.
 */
#pragma once

#include <lib/base.h>

/* How the console is set up; from the kernel's command line. */
struct console_config {
    bool off;              /* no UART is touched; output is dropped */
    bool exit_on_panic;    /* panic leaves QEMU through isa-debug-exit */
    uint16_t port;         /* I/O base, 0: 0x3f8 */
    uint32_t baud;         /* 0: 115200 */
    uint32_t line;         /* interrupt line, IRQ_NONE: that of the port */
};

#define CONSOLE_CONFIG_DEFAULT                                                                     \
    (struct console_config)                                                                        \
    {                                                                                              \
        .line = 0xffffffffu,                                                                       \
    }

/*
 * Find and set up the UART. May be called again with other settings.
 * Context: boot. Returns: false if there is no UART (output is dropped then).
 */
bool console_init(const struct console_config *c);

/*
 * Write bytes; "\n" goes out as "\r\n" only through kprintf and panic.
 * Context: preemptible. Cost: up to 87 us per byte, interrupts on.
 */
void console_write(const char *s, size_t len);

/* The same through "\n" -> "\r\n", formatted; at most 512 bytes. Context: preemptible. */
void kprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Next input byte, or -1. Never waits. Context: any. Cost: two port reads. */
int console_getc(void);

/*
 * The line that interrupts when input is available (IRQ_NONE: there is none), edge mode;
 * attach an irq_sink to it. input_irq() switches the UART's interrupt on and off.
 * Context: preemptible.
 */
unsigned console_input_line(void);
void console_input_irq(bool on);

/*
 * Say what is wrong, and stop for ever. With exit_on_panic QEMU ends with an odd code.
 * Context: any; works with interrupts off and while another writer holds the console.
 */
_Noreturn void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
