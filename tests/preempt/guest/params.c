/* SPDX-License-Identifier: MIT */
/* Parameters come through QEMU's firmware configuration: a file named opt/preempt. */
#include "preempt.h"

#include <l4/sys/task.h>

enum {
    SELECTOR_PORT = 0x510, /* 16 bits; data, byte by byte, at the next port */
    DIRECTORY = 0x19,
    FILE_NAME = 56,
    TEXT = 64,
};

static const char file_name[] = "opt/preempt";

static void select(uint16_t key)
{
    __asm__ __volatile__("outw %0, %1" : : "a"(key), "d"((uint16_t)SELECTOR_PORT));
}

static uint8_t byte(void)
{
    uint8_t b;

    __asm__ __volatile__("inb %1, %0" : "=a"(b) : "d"((uint16_t)(SELECTOR_PORT + 1)));
    return b;
}

static uint32_t number(unsigned bytes)
{
    uint32_t n = 0;

    while (bytes--)
        n = n << 8 | byte();
    return n;
}

/* The key of our file, its length in *size; 0: there is none. */
static uint16_t file_find(uint32_t *size)
{
    select(DIRECTORY);
    for (uint32_t n = number(4); n; n--) {
        uint32_t length = number(4);
        uint16_t key = (uint16_t)number(2);
        bool same = true;

        (void)number(2);
        for (unsigned i = 0; i < FILE_NAME; i++) {
            char c = (char)byte();

            same &= i >= sizeof(file_name) || c == file_name[i];
        }
        if (same) {
            *size = length;
            return key;
        }
    }
    return 0;
}

static bool ports_map(void)
{
    l4_utcb_mr()->mr[0] = l4_iofpage(SELECTOR_PORT, 1).raw;
    l4_utcb_mr()->mr[1] = 0;
    receive_all();
    return l4_error(l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(),
                                l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0), L4_IPC_NEVER)) == 0;
}

/* The next word of the text at *s, behind a blank; a number, or -1. */
static long take_number(const char **s)
{
    long n = -1;

    while (**s == ' ')
        ++*s;
    for (; **s >= '0' && **s <= '9'; ++*s)
        n = (n < 0 ? 0 : n * 10) + (**s - '0');
    while (**s && **s != ' ')
        ++*s;
    return n;
}

static void parse(struct params *p, const char *s)
{
    long points;
    unsigned i;

    for (i = 0; s[i] && s[i] != ' '; i++)
        if (i < sizeof(p->path) - 1 && s[i] != '*')
            p->path[i] = s[i];
    s += i;
    p->offset = take_number(&s);
    points = take_number(&s);
    if (points >= 0)
        p->points = (unsigned long)points;
}

const struct params *params_get(void)
{
    static struct params p;
    static bool known;
    char text[TEXT] = "";
    uint32_t size = 0;
    uint16_t key;

    if (known)
        return &p;
    known = true;
    p = (struct params){ .offset = -1, .points = 10 };
    key = ports_map() ? file_find(&size) : 0;
    if (key) {
        select(key);
        for (uint32_t i = 0; i < size && i < TEXT - 1; i++)
            text[i] = (char)byte();
        parse(&p, text);
    }
    return &p;
}
