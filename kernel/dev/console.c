/* SPDX-License-Identifier: MIT */
/*
 * See <dev/console.h> for the contract. A 16550: eight registers from the base port on.
 *
 * The receive interrupt stays raised while there is input. As an edge on a legacy line it comes
 * once, so whoever is told reads until console_getc() says that there is nothing more.
 */
#include <dev/console.h>

#include <arch/cpu.h>
#include <arch/impl/port.h>
#include <arch/irq.h>
#include <dev/apic.h>
#include <dev/power.h>
#include <irq/irq.h>
#include <lib/fmt.h>

enum uart_reg {
    UART_DATA = 0,
    UART_IER = 1,
    UART_FCR = 2,
    UART_LCR = 3,
    UART_MCR = 4,
    UART_LSR = 5,
    UART_SCRATCH = 7,
    UART_DIVISOR_LOW = 0, /* while LCR_DLAB is set */
    UART_DIVISOR_HIGH = 1,
};

enum {
    IER_RX = 1 << 0,
    FCR_ON_CLEAR = 0x07, /* on, both queues emptied, interrupt at the first byte */
    LCR_8N1 = 0x03,
    LCR_DLAB = 0x80,
    MCR_DTR_RTS_OUT2 = 0x0b, /* OUT2 lets the interrupt through to the controller */
    LSR_INPUT = 1 << 0,
    LSR_ROOM = 1 << 5,

    UART_CLOCK = 115200,
    DEFAULT_PORT = 0x3f8,
    ROOM_TRIES = 100000, /* about 100 ms: a UART that is stuck does not hold up the kernel */
};

static struct {
    uint16_t port;      /* [I] 0: there is none */
    bool exit_on_panic; /* [I] */
    uint32_t isa;       /* [I] legacy interrupt */
    bool panicking;     /* one CPU, interrupts off */
} con;

/* Does a register behave like one? An empty port reads as all ones. */
static bool uart_is_there(uint16_t port)
{
    static const uint8_t probe[] = { 0x5a, 0xa5 };

    for (size_t i = 0; i < array_size(probe); i++) {
        outb((uint16_t)(port + UART_SCRATCH), probe[i]);
        if (inb((uint16_t)(port + UART_SCRATCH)) != probe[i])
            return false;
    }
    return true;
}

/* COM1 and COM3 share legacy interrupt 4, COM2 and COM4 interrupt 3. */
static uint32_t isa_of_port(uint16_t port)
{
    switch (port) {
    case 0x3f8:
    case 0x3e8: return 4;
    case 0x2f8:
    case 0x2e8: return 3;
    default: return IRQ_NONE;
    }
}

static void uart_setup(uint16_t port, uint32_t baud)
{
    const uint32_t divisor = UART_CLOCK / baud;

    outb((uint16_t)(port + UART_IER), 0);
    outb((uint16_t)(port + UART_LCR), LCR_DLAB);
    outb((uint16_t)(port + UART_DIVISOR_LOW), (uint8_t)divisor);
    outb((uint16_t)(port + UART_DIVISOR_HIGH), (uint8_t)(divisor >> 8));
    outb((uint16_t)(port + UART_LCR), LCR_8N1);
    outb((uint16_t)(port + UART_FCR), FCR_ON_CLEAR);
    outb((uint16_t)(port + UART_MCR), MCR_DTR_RTS_OUT2);
}

bool console_init(const struct console_config *c)
{
    const uint16_t port = c->port ? c->port : (uint16_t)DEFAULT_PORT;

    con.port = 0;
    con.exit_on_panic = c->exit_on_panic;
    con.isa = c->line == CONSOLE_LINE_OF_PORT ? isa_of_port(port) : c->line;
    if (c->off || !uart_is_there(port))
        return false;
    uart_setup(port, c->baud ? c->baud : UART_CLOCK);
    con.port = port;
    return true;
}

static void uart_put(char ch)
{
    const uint16_t status = (uint16_t)(con.port + UART_LSR);

    for (unsigned i = 0; i < ROOM_TRIES && !(inb(status) & LSR_ROOM); i++)
        arch_pause();
    outb((uint16_t)(con.port + UART_DATA), (uint8_t)ch);
}

void console_write(const char *s, size_t len)
{
    if (!con.port)
        return;
    for (size_t i = 0; i < len; i++)
        uart_put(s[i]);
}

static void put_line(void *ctx, char ch)
{
    (void)ctx;
    if (ch == '\n')
        console_write("\r", 1);
    console_write(&ch, 1);
}

void kprintf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fmt_vprint(put_line, NULL, fmt, args);
    va_end(args);
}

int console_getc(void)
{
    if (!con.port || !(inb((uint16_t)(con.port + UART_LSR)) & LSR_INPUT))
        return -1;
    return inb((uint16_t)(con.port + UART_DATA));
}

unsigned console_input_line(void)
{
    return con.port && con.isa != IRQ_NONE ? intr_isa_line(con.isa) : IRQ_NONE;
}

void console_input_irq(bool on)
{
    if (con.port)
        outb((uint16_t)(con.port + UART_IER), on ? IER_RX : 0);
}

void panic(const char *fmt, ...)
{
    va_list args;

    arch_irq_off();
    if (!con.panicking) { /* a panic while saying why is not worth a second text */
        con.panicking = true;
        kprintf("\nkernel panic: ");
        va_start(args, fmt);
        fmt_vprint(put_line, NULL, fmt, args);
        va_end(args);
        kprintf("\n");
    }
    if (con.exit_on_panic)
        machine_debug_exit(CONSOLE_PANIC_CODE);
    arch_halt();
}

void kassert_fail(const char *file, int line, const char *text)
{
    panic("%s:%d: assertion failed: %s", file, line, text);
}
