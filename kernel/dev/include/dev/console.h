/* SPDX-License-Identifier: MIT */
/*
 * The kernel's console: a 16550 UART, polled.
 *
 * Output is slow (a character at 115200 baud takes 87 us), so it happens with interrupts on,
 * character by character, and never in a micro-section. Two writers that preempt each other
 * mix their characters.
 */
#pragma once

#include <lib/base.h>

/* How the console is set up; from the kernel's command line. */
struct console_config {
    bool off;           /* no UART is touched; output is dropped */
    bool exit_on_panic; /* panic leaves QEMU through isa-debug-exit */
    uint16_t port;      /* I/O base, 0: 0x3f8 */
    uint32_t baud;      /* 0: 115200 */
    uint32_t line;      /* legacy interrupt, or CONSOLE_LINE_OF_PORT */
};

#define CONSOLE_LINE_OF_PORT 0xffffffffu
#define CONSOLE_CONFIG_DEFAULT ((struct console_config){ .line = CONSOLE_LINE_OF_PORT })

/*
 * Find and set up the UART. May be called again with other settings.
 * Context: boot. Returns: false if there is no UART (output is dropped then).
 */
bool console_init(const struct console_config *c);

/*
 * Write bytes as they are; kprintf and panic send "\r\n" for "\n".
 * Context: preemptible. Cost: up to 87 us per byte, interrupts on.
 */
void console_write(const char *s, size_t len);

/* The same, formatted, and with "\r\n" for "\n". Context: preemptible. */
void kprintf(const char *fmt, ...) printf_like(1, 2);

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
 * panic() and kassert_fail() (lib/base.h) are defined here. panic() says what is wrong, works with
 * interrupts off and while another writer holds the console, and stops for ever. With exit_on_panic
 * QEMU ends with exit status CONSOLE_PANIC_CODE << 1 | 1.
 */
#define CONSOLE_PANIC_CODE 0x7f
