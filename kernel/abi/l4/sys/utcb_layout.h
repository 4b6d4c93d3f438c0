/* SPDX-License-Identifier: MIT */
/*
 * Layout of the UTCB (user-level thread control block): 1024 bytes per thread in
 * kernel-user memory. Message registers first, then the thread's own address, buffer
 * registers, thread control registers. The segment register GS of a thread points at the
 * word utcb_addr, so %gs:0 reads the UTCB's address.
 *
 * Also here: the exception frame, which is the content of an exception message (26 words).
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

enum l4_utcb_consts {
    L4_UTCB_GENERIC_DATA_SIZE = 63,    /* message registers */
    L4_UTCB_GENERIC_BUFFERS_SIZE = 58, /* buffer registers */
    L4_UTCB_THREAD_REGS_SIZE = 5,      /* thread control registers */
    L4_UTCB_MSG_REGS_OFFSET = 0,       /* byte offsets */
    L4_UTCB_SELF_OFFSET = 504,
    L4_UTCB_BUF_REGS_OFFSET = 512,
    L4_UTCB_THREAD_REGS_OFFSET = 984,
    L4_UTCB_OFFSET = 1024, /* distance of two UTCBs in an area, and the size of one */
    L4_UTCB_ALIGN = 8,     /* what the kernel asks for; users align to L4_UTCB_OFFSET */
    L4_UTCB_EXCEPTION_REGS_SIZE = 26,
};

/* Buffer descriptor register: index of the first buffer of each kind, and flags. */
enum l4_bdr_consts {
    L4_BDR_MEM_SHIFT = 0,
    L4_BDR_IO_SHIFT = 5,
    L4_BDR_OBJ_SHIFT = 10,
    L4_BDR_OFFSET_MASK = 0x1f,
    L4_BDR_FLAGS_SHIFT = 24,
    L4_BDR_FLAGS_MASK = 0xff,
    L4_UTCB_INHERIT_FPU = 1 << 24, /* accept FPU state with a message */
};

typedef union l4_msg_regs_t {
    l4_umword_t mr[L4_UTCB_GENERIC_DATA_SIZE];
    l4_uint64_t mr64[L4_UTCB_GENERIC_DATA_SIZE];
} l4_msg_regs_t;

typedef struct l4_buf_regs_t {
    l4_umword_t bdr; /* buffer descriptor register */
    l4_umword_t br[L4_UTCB_GENERIC_BUFFERS_SIZE];
} l4_buf_regs_t;

typedef struct l4_thread_regs_t {
    l4_umword_t error;       /* code of the last IPC error, enum l4_ipc_tcr_error_t */
    l4_umword_t free_marker; /* zeroed by the kernel when the UTCB is no longer in use */
    l4_umword_t user[3];     /* never touched by the kernel */
} l4_thread_regs_t;

struct l4_utcb_layout {
    l4_msg_regs_t msg;
    l4_umword_t utcb_addr; /* address of this UTCB in its task; written at bind */
    l4_buf_regs_t buf;
    l4_thread_regs_t tcr;
};

L4_ABI_ASSERT_SIZE(l4_msg_regs_t, 504);
L4_ABI_ASSERT_SIZE(l4_buf_regs_t, 472);
L4_ABI_ASSERT_SIZE(l4_thread_regs_t, 40);
L4_ABI_ASSERT_SIZE(struct l4_utcb_layout, 1024);
L4_ABI_ASSERT_OFFSET(struct l4_utcb_layout, utcb_addr, L4_UTCB_SELF_OFFSET);
L4_ABI_ASSERT_OFFSET(struct l4_utcb_layout, buf, L4_UTCB_BUF_REGS_OFFSET);
L4_ABI_ASSERT_OFFSET(struct l4_utcb_layout, buf.br, 520);
L4_ABI_ASSERT_OFFSET(struct l4_utcb_layout, tcr, L4_UTCB_THREAD_REGS_OFFSET);
L4_ABI_ASSERT_OFFSET(struct l4_utcb_layout, tcr.free_marker, 992);
L4_ABI_ASSERT_OFFSET(struct l4_utcb_layout, tcr.user, 1000);

/* Registers of a thread, as in an exception message and in a vCPU state. */
typedef struct l4_exc_regs_t {
    l4_umword_t r15;
    l4_umword_t r14;
    l4_umword_t r13;
    l4_umword_t r12;
    l4_umword_t r11;
    l4_umword_t r10;
    l4_umword_t r9;
    l4_umword_t r8;
    l4_umword_t rdi;
    l4_umword_t rsi;
    l4_umword_t rbp;
    l4_umword_t pfa; /* fault address, for trapno 14 */
    l4_umword_t rbx;
    l4_umword_t rdx;
    l4_umword_t rcx;
    l4_umword_t rax;
    l4_umword_t trapno; /* CPU vector, or enum l4_exc_trapno */
    l4_umword_t err;    /* error code pushed by the CPU */
    l4_umword_t ip;
    l4_umword_t dummy1; /* cs: ignored */
    l4_umword_t flags;
    l4_umword_t sp;
    l4_umword_t ss;
    l4_umword_t fs_base;
    l4_umword_t gs_base;
    l4_uint16_t ds;
    l4_uint16_t es;
    l4_uint16_t fs;
    l4_uint16_t gs;
} l4_exc_regs_t;

enum l4_exc_trapno {
    L4_EXC_TRAPNO_PAGE_FAULT = 14,
    L4_EXC_TRAPNO_SYSCALL = 253,   /* system call of an alien thread; err 0 before, 1 after */
    L4_EXC_TRAPNO_VCPU_IPC = 0xfe, /* vCPU upcall because of a message */
    L4_EXC_TRAPNO_EX_REGS = 0xff,  /* provoked by EX_REGS with TRIGGER_EXCEPTION */
};

L4_ABI_ASSERT_SIZE(l4_exc_regs_t, L4_UTCB_EXCEPTION_REGS_SIZE * 8);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, rdi, 64);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, pfa, 88);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, trapno, 128);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, ip, 144);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, sp, 168);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, fs_base, 184);
L4_ABI_ASSERT_OFFSET(l4_exc_regs_t, ds, 200);

/* MR0 of a page-fault message: fault address with these bits in place of its low three. */
enum l4_pf_bits {
    L4_PF_PRESENT = 1, /* a page was there, but with too few rights */
    L4_PF_WRITE = 2,
    L4_PF_FETCH = 4, /* instruction fetch */
    L4_PF_BITS = 7,
};
