/* SPDX-License-Identifier: MIT */
/* See <dev/console.h>: the console is a buffer, and comment lines of the test's output. */
#include <dev/console.h>

#include <dev/host/devices.h>
#include <irq/irq.h>
#include <lib/fmt.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT_BYTES = 64 * 1024,
    INPUT_BYTES = 256,
};

static struct {
    char text[TEXT_BYTES + 1];
    size_t len;
    char input[INPUT_BYTES];
    size_t read, typed;
    bool input_irq;
    bool begun; /* a line of output */
} con;

static void echo(char c)
{
    if (c == '\r')
        return;
    if (!con.begun)
        fputs("# | ", stdout);
    fputc(c, stdout);
    con.begun = c != '\n';
}

bool console_init(const struct console_config *c)
{
    return !c->off;
}

void console_write(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (con.len == TEXT_BYTES) {
            con.len = TEXT_BYTES / 2;
            memmove(con.text, con.text + TEXT_BYTES / 2, con.len);
        }
        con.text[con.len++] = s[i];
        con.text[con.len] = '\0';
        echo(s[i]);
    }
}

static void put(void *ctx, char c)
{
    (void)ctx;
    console_write(&c, 1);
}

void kprintf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fmt_vprint(put, NULL, fmt, args);
    va_end(args);
}

int console_getc(void)
{
    return con.read < con.typed ? con.input[con.read++ % INPUT_BYTES] : -1;
}

unsigned console_input_line(void)
{
    return irq_count() > HOST_CONSOLE_LINE ? HOST_CONSOLE_LINE : IRQ_NONE;
}

void console_input_irq(bool on)
{
    con.input_irq = on;
}

void host_console_type(const char *text)
{
    for (; *text; text++)
        con.input[con.typed++ % INPUT_BYTES] = *text;
    if (con.input_irq)
        host_line_raise(HOST_CONSOLE_LINE);
}

const char *host_console_text(void)
{
    return con.text;
}

void host_console_clear(void)
{
    con.len = 0;
    con.text[0] = '\0';
}
