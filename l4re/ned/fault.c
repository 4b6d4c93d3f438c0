/* SPDX-License-Identifier: MIT */
#include <ned/fault.h>

#include <stdio.h>

/* Bits of the error code of a page fault. */
enum {
    PF_PRESENT = 1u << 0,
    PF_WRITE = 1u << 1,
    PF_FETCH = 1u << 4,
};

/* trap number, mnemonic, name, whether the processor supplies an error code */
#define FAULT_LIST(X)                                                                              \
    X(0, "#DE", "divide error", 0)                                                                 \
    X(1, "#DB", "debug trap", 0)                                                                   \
    X(2, "NMI", "non-maskable interrupt", 0)                                                       \
    X(3, "#BP", "breakpoint", 0)                                                                   \
    X(4, "#OF", "overflow", 0)                                                                     \
    X(5, "#BR", "bound range exceeded", 0)                                                         \
    X(6, "#UD", "invalid opcode", 0)                                                               \
    X(7, "#NM", "no FPU", 0)                                                                       \
    X(8, "#DF", "double fault", 1)                                                                 \
    X(10, "#TS", "invalid TSS", 1)                                                                 \
    X(11, "#NP", "segment not present", 1)                                                         \
    X(12, "#SS", "stack segment fault", 1)                                                         \
    X(13, "#GP", "general protection", 1)                                                          \
    X(16, "#MF", "x87 error", 0)                                                                   \
    X(17, "#AC", "misaligned access", 1)                                                           \
    X(18, "#MC", "machine check", 0)                                                               \
    X(19, "#XM", "SIMD error", 0)

static const struct fault_name {
    const char *mnemonic;
    const char *name;
    int has_err;
} fault_names[32] = {
#define X(no, mnemonic, name, has_err) [no] = { mnemonic, name, has_err },
    FAULT_LIST(X)
#undef X
};

static const char *page_access(unsigned long err)
{
    if (err & PF_FETCH)
        return "instruction fetch from";
    return err & PF_WRITE ? "write to" : "read of";
}

void fault_describe(const struct fault *f, char *buf, size_t size)
{
    if (f->trapno == FAULT_PAGE) {
        snprintf(buf, size, "page fault, %s address 0x%lx (%s) at ip 0x%lx", page_access(f->err),
                 f->addr, f->err & PF_PRESENT ? "not permitted" : "not mapped", f->ip);
        return;
    }
    if (f->trapno >= sizeof(fault_names) / sizeof(fault_names[0]) || !fault_names[f->trapno].name) {
        snprintf(buf, size, "exception %lu, error code 0x%lx at ip 0x%lx", f->trapno, f->err,
                 f->ip);
        return;
    }

    const struct fault_name *n = &fault_names[f->trapno];

    if (n->has_err)
        snprintf(buf, size, "%s (%s, error code 0x%lx) at ip 0x%lx", n->name, n->mnemonic, f->err,
                 f->ip);
    else
        snprintf(buf, size, "%s (%s) at ip 0x%lx", n->name, n->mnemonic, f->ip);
}
