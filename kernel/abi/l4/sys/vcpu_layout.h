/* SPDX-License-Identifier: MIT */
/*
 * Layout of a vCPU state (in kernel-user memory, users align it to 128 bytes) and of the
 * page-fault trampoline.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb_layout.h>

enum l4_vcpu_consts_t {
    L4_VCPU_STATE_VERSION = 0x26,
    L4_VCPU_STATE_SIZE = 0x200,       /* plain state */
    L4_VCPU_STATE_EXT_SIZE = 0x1000,  /* with hardware virtualisation state */
    L4_VCPU_OFFSET_EXT_INFOS = 0x200, /* capability information */
    L4_VCPU_OFFSET_EXT_STATE = 0x400, /* soft copy of VMCB or VMCS */
    L4_VCPU_ALIGN = 128,
};

/* What may interrupt the vCPU, and where it runs (state, saved_state). */
enum l4_vcpu_state_flags_t {
    L4_VCPU_F_IRQ = 0x01,         /* messages cause upcalls */
    L4_VCPU_F_PAGE_FAULTS = 0x02, /* page faults cause upcalls */
    L4_VCPU_F_EXCEPTIONS = 0x04,  /* exceptions cause upcalls */
    L4_VCPU_F_USER_MODE = 0x20,   /* runs in the user task */
    L4_VCPU_F_FPU_ENABLED = 0x80, /* FPU instructions allowed in user mode */
};

enum l4_vcpu_sticky_flags_t {
    L4_VCPU_SF_IRQ_PENDING = 0x01, /* a sender waits while upcalls are closed */
};

typedef l4_exc_regs_t l4_vcpu_regs_t;

/* Where the tag and label of a message go that caused an upcall. */
typedef struct l4_vcpu_ipc_regs_t {
    l4_umword_t _res0;
    l4_umword_t label;
    l4_umword_t _res1[5];
    l4_msgtag_t tag;
} l4_vcpu_ipc_regs_t;

typedef struct l4_vcpu_arch_state_t {
    l4_umword_t host_fs_base;
    l4_umword_t host_gs_base;
    l4_uint16_t host_ds;
    l4_uint16_t host_es;
    l4_uint16_t host_fs;
    l4_uint16_t host_gs;
    l4_uint16_t user_ds32;
    l4_uint16_t user_cs64;
    l4_uint16_t user_cs32;
} l4_vcpu_arch_state_t;

typedef struct l4_vcpu_state_t {
    l4_umword_t version; /* L4_VCPU_STATE_VERSION, written by the kernel */
    l4_umword_t user_data[7];
    l4_vcpu_regs_t r;
    l4_vcpu_ipc_regs_t i;
    l4_uint16_t state;
    l4_uint16_t saved_state;
    l4_uint16_t sticky_flags;
    l4_uint16_t _reserved;
    l4_cap_idx_t user_task; /* bit 0 set by the kernel: already loaded */
    l4_umword_t entry_sp;
    l4_umword_t entry_ip;
    l4_umword_t reserved_sp;
    l4_vcpu_arch_state_t arch_state;
} l4_vcpu_state_t;

L4_ABI_ASSERT_OFFSET(l4_vcpu_ipc_regs_t, label, 0x08);
L4_ABI_ASSERT_OFFSET(l4_vcpu_ipc_regs_t, tag, 0x38);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, user_data, 0x008);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, r, 0x040);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, i, 0x110);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, state, 0x150);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, saved_state, 0x152);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, sticky_flags, 0x154);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, user_task, 0x158);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, entry_sp, 0x160);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, entry_ip, 0x168);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, arch_state, 0x178);
L4_ABI_ASSERT_OFFSET(l4_vcpu_state_t, arch_state.user_ds32, 0x190);
L4_STATIC_ASSERT(sizeof(l4_vcpu_state_t) <= L4_VCPU_STATE_SIZE, "vCPU state fits its size");

/* Page-fault trampoline: the thread handles its own page faults without a message. */
enum l4_pf_trampoline_flags {
    L4_PF_TRAMP_IN_PROGRESS = 1,        /* a fault is being handled */
    L4_PF_TRAMP_RAISE_AFTER_RESUME = 2, /* RESUME raises exception 0xff */
};

enum l4_pf_trampoline_consts {
    L4_PF_TRAMP_TRAP_WORDS = 23, /* r15 ... ss of the exception frame */
};

typedef struct l4_pf_trampoline_t {
    l4_umword_t handler_ip; /* entered with rdi = this structure, rsi = fault word */
    l4_umword_t user_data[2];
    l4_umword_t saved_mr0;
    l4_umword_t flags;
    l4_umword_t trap_state[L4_PF_TRAMP_TRAP_WORDS];
} l4_pf_trampoline_t;

L4_ABI_ASSERT_OFFSET(l4_pf_trampoline_t, saved_mr0, 24);
L4_ABI_ASSERT_OFFSET(l4_pf_trampoline_t, trap_state, 40);
L4_ABI_ASSERT_SIZE(l4_pf_trampoline_t, 224);
