/* SPDX-License-Identifier: MIT */
/* See <start/tls.h>. The FS base belongs to the program; GS is the kernel's, for the UTCB. */
#include <reent.h>
#include <stdint.h>
#include <string.h>

#include <l4/sys/segment.h>
#include <l4/sys/utcb.h>
#include <start/tls.h>

enum {
    PT_TLS = 7,
    ALIGN_MIN = 16,
};

struct phdr {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

static struct {
    const void *image;
    size_t filesz;
    size_t size;  /* from the first variable to the FS base, as the linker computed it */
    size_t align; /* of the FS base */
} tls = { .align = ALIGN_MIN };

void tls_describe(const void *phdr, size_t phnum, size_t phent)
{
    for (size_t i = 0; phdr && i < phnum; i++) {
        struct phdr h;

        memcpy(&h, (const char *)phdr + i * phent, sizeof(h));
        if (h.type != PT_TLS)
            continue;
        tls.image = (const void *)h.vaddr;
        tls.filesz = h.filesz;
        tls.size = h.align > 1 ? (h.memsz + h.align - 1) & ~(h.align - 1) : h.memsz;
        if (h.align > tls.align)
            tls.align = h.align;
    }
}

/* Room for the variables: whole alignments, so that the FS base behind them is aligned. */
static size_t tls_room(void)
{
    return (tls.size + tls.align - 1) & ~(tls.align - 1);
}

size_t tls_size(void)
{
    return tls_room() + sizeof(struct tls_head) + tls.align;
}

struct tls_head *tls_make(void *mem, struct _reent *reent)
{
    uintptr_t base = ((uintptr_t)mem + tls.align - 1) & ~(uintptr_t)(tls.align - 1);
    struct tls_head *head = (struct tls_head *)(base + tls_room());
    char *vars = (char *)head - tls.size;

    memset(vars, 0, tls.size);
    if (tls.filesz)
        memcpy(vars, tls.image, tls.filesz);
    *head = (struct tls_head){ head, reent };
    return head;
}

long tls_use(l4_cap_idx_t thread, struct tls_head *head)
{
    return fiasco_amd64_set_fs(thread, (l4_umword_t)head, l4_utcb());
}

struct _reent *__getreent(void)
{
    const struct tls_head *head;

    __asm__ __volatile__("mov %%fs:0, %0" : "=r"(head));
    return head->reent;
}
