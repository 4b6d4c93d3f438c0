/* SPDX-License-Identifier: MIT */
/*
 * Operation numbers of all kernel objects: MR0 of an invocation whose label is the object's
 * protocol (L4_PROTO_* of <l4/sys/types.h>), with the flags and values that go with them.
 */
#pragma once

/* ---- generic: L4_PROTO_KOBJECT on gates with server right and on IRQ objects ------------ */

enum L4_kobject_ops {
    L4_KOBJECT_OP_DEC_REFCNT = 0x00, /* MR1 amount -> MR0 new count */
};

enum L4_rcv_ep_ops {
    L4_RCV_EP_BIND_OP = 0x10, /* MR1 label, item thread */
};

enum L4_ipc_gate_ops {
    L4_IPC_GATE_BIND_OP = 0x10,
    L4_IPC_GATE_GET_INFO_OP = 0x11, /* -> MR0 label */
};

/* Low label bits that carry the rights of the capability a message came through. */
enum L4_ipc_gate_label_bits {
    L4_IPC_LABEL_W = 1,
    L4_IPC_LABEL_S = 2,
    L4_IPC_LABEL_RIGHTS = 3,
};

/* ---- L4_PROTO_META: user-level servers only --------------------------------------------- */

enum L4_meta_ops {
    L4_META_OP_NUM_INTERFACES = 0, /* opcode is a 4-byte integer */
    L4_META_OP_INTERFACE = 1,
    L4_META_OP_SUPPORTS = 2,
};

/* ---- L4_PROTO_TASK ----------------------------------------------------------------------- */

enum L4_task_ops {
    L4_TASK_MAP_OP = 0,        /* MR1 send base, MR2 fpage, item source task */
    L4_TASK_UNMAP_OP = 1,      /* MR1 mask, MR2... fpages */
    L4_TASK_CAP_INFO_OP = 2,   /* MR1 cap [, MR2 cap] -> label */
    L4_TASK_ADD_KU_MEM_OP = 3, /* MR1... fpages -> MR0... fpages */
    L4_TASK_LDT_SET_X86_OP = 0x11,
    L4_TASK_MAP_VGICC_ARM_OP = 0x12,
};

enum L4_task_unmap_flags {
    L4_TASK_UNMAP_MAX_FPAGES = 61,
    L4_TASK_UNMAP_REFERENCED = 1, /* low bits of a returned fpage word */
    L4_TASK_UNMAP_DIRTY = 2,
};

/* ---- L4_PROTO_THREAD ----------------------------------------------------------------------- */

enum L4_thread_ops {
    L4_THREAD_CONTROL_OP = 0,
    L4_THREAD_EX_REGS_OP = 1,
    L4_THREAD_SWITCH_OP = 2,
    L4_THREAD_STATS_OP = 3,
    L4_THREAD_VCPU_RESUME_OP = 4,
    L4_THREAD_REGISTER_DELETE_IRQ_OP = 5,
    L4_THREAD_MODIFY_SENDER_OP = 6,
    L4_THREAD_VCPU_CONTROL_OP = 7,
    L4_THREAD_VCPU_CONTROL_EXT_OP = L4_THREAD_VCPU_CONTROL_OP | 0x10000,
    L4_THREAD_REGISTER_DOORBELL_IRQ_OP = 8,
    L4_THREAD_PF_TRAMP_CONTROL_OP = 9,
    L4_THREAD_X86_GDT_OP = 0x10,
    L4_THREAD_AMD64_SET_SEGMENT_BASE_OP = 0x12,
    L4_THREAD_AMD64_GET_SEGMENT_INFO_OP = 0x13,
    L4_THREAD_OPCODE_MASK = 0xffff,
};

/* Bits 16.. of MR0 of CONTROL: what is to be set. */
enum L4_thread_control_flags {
    L4_THREAD_CONTROL_SET_PAGER = 0x0010000,
    L4_THREAD_CONTROL_BIND_TASK = 0x0200000,
    L4_THREAD_CONTROL_ALIEN = 0x0400000, /* also the bit in MR4 */
    L4_THREAD_CONTROL_SET_EXC_HANDLER = 0x1000000,
};

enum L4_thread_control_mr_indices {
    L4_THREAD_CONTROL_MR_IDX_FLAGS = 0,
    L4_THREAD_CONTROL_MR_IDX_PAGER = 1,
    L4_THREAD_CONTROL_MR_IDX_EXC_HANDLER = 2,
    L4_THREAD_CONTROL_MR_IDX_FLAG_VALS = 4,
    L4_THREAD_CONTROL_MR_IDX_BIND_UTCB = 5,
    L4_THREAD_CONTROL_MR_IDX_BIND_TASK = 6, /* the item */
    L4_THREAD_CONTROL_WORDS = 6,
};

enum L4_thread_ex_regs_flags {
    L4_THREAD_EX_REGS_CANCEL = 0x10000UL,            /* break off an IPC in progress */
    L4_THREAD_EX_REGS_TRIGGER_EXCEPTION = 0x20000UL, /* raise trap 0xff */
    L4_THREAD_EX_REGS_ARCH_MASK = 0xff000000UL,
};

/* Sub-operations of PF_TRAMP_CONTROL, in bits 16.. of MR0. */
enum L4_thread_pf_tramp_ops {
    L4_THREAD_PF_TRAMP_SETUP = 0, /* MR1 address of an l4_pf_trampoline_t */
    L4_THREAD_PF_TRAMP_RESUME = 1,
    L4_THREAD_PF_TRAMP_REFLECT = 2,
    L4_THREAD_PF_TRAMP_DISABLE = 3, /* -> MR0 was enabled */
    L4_THREAD_PF_TRAMP_ENABLE = 4,
    L4_THREAD_PF_TRAMP_SHIFT = 16,
};

/* Segment of SET_SEGMENT_BASE, in bits 16.. of MR0. */
enum L4_amd64_segments {
    L4_AMD64_SEGMENT_FS = 0,
    L4_AMD64_SEGMENT_GS = 1,
};

/* ---- L4_PROTO_FACTORY: MR0 is the protocol of the wanted object, then variable arguments ---- */

/* Header of a variable argument: type | payload bytes << 16. */
enum L4_varg_type {
    L4_VARG_TYPE_NIL = 0x00,
    L4_VARG_TYPE_UMWORD = 0x01,
    L4_VARG_TYPE_MWORD = 0x81,
    L4_VARG_TYPE_STRING = 0x02, /* length includes the final NUL */
    L4_VARG_TYPE_FPAGE = 0x03,
    L4_VARG_TYPE_SIGN = 0x80,
    L4_VARG_TYPE_MASK = 0xff,
    L4_VARG_LEN_SHIFT = 16,
};

/* ---- L4_PROTO_SCHEDULER ------------------------------------------------------------------- */

enum L4_scheduler_ops {
    L4_SCHEDULER_INFO_OP = 0,       /* MR1 gran|offset -> map, max CPUs, classes */
    L4_SCHEDULER_RUN_THREAD_OP = 1, /* MR1 gran|offset, MR2 map, MR3 prio, MR4 quantum, item */
    L4_SCHEDULER_IDLE_TIME_OP = 2,  /* MR1 gran|offset, MR2 map -> MR0 microseconds */
};

/* Scheduling classes; -class in MR3 of RUN_THREAD, bit 1 << class in the result of INFO. */
enum L4_scheduler_classes {
    L4_SCHEDULER_CLASS_FIXED_PRIO = 1,
    L4_SCHEDULER_CLASS_WFQ = 2,
};

enum L4_scheduler_limits {
    L4_SCHED_MIN_PRIO = 1,
    L4_SCHED_MAX_PRIO = 255,
    L4_SCHED_DEFAULT_QUANTUM_US = 10000,
    L4_SCHED_MAX_GRANULARITY = 24,
};

/* ---- L4_PROTO_IRQ on ICUs ------------------------------------------------------------------- */

enum L4_icu_opcode {
    L4_ICU_OP_BIND = 0,
    L4_ICU_OP_UNBIND = 1,
    L4_ICU_OP_INFO = 2, /* -> features, lines, MSIs */
    L4_ICU_OP_MSI_INFO = 3,
    L4_ICU_OP_UNMASK = 4, /* no reply */
    L4_ICU_OP_MASK = 5,   /* no reply */
    L4_ICU_OP_SET_MODE = 6,
};

#define L4_ICU_FLAG_MSI 0x80000000U /* in a line number: it is an MSI; in features: has MSIs */

/* Mode of an interrupt line: how it triggers, and whether it wakes the machine. */
enum L4_irq_mode {
    L4_IRQ_F_NONE = 0, /* keep the present mode */
    L4_IRQ_F_SET = 1,
    L4_IRQ_F_EDGE = 0,
    L4_IRQ_F_LEVEL = 2,
    L4_IRQ_F_POS = 0,
    L4_IRQ_F_NEG = 4,
    L4_IRQ_F_BOTH = 8,
    L4_IRQ_F_LEVEL_HIGH = 3,
    L4_IRQ_F_LEVEL_LOW = 7,
    L4_IRQ_F_POS_EDGE = 1,
    L4_IRQ_F_NEG_EDGE = 5,
    L4_IRQ_F_BOTH_EDGE = 9,
    L4_IRQ_F_MASK = 0xf,
    L4_IRQ_F_SET_WAKEUP = 0x10,
    L4_IRQ_F_CLEAR_WAKEUP = 0x20,
};

/* ---- IRQ objects and semaphores ------------------------------------------------------------- */

enum L4_irq_ops { /* L4_PROTO_IRQ */
    L4_IRQ_OP_TRIGGER = 2,
    L4_IRQ_OP_EOI = 4, /* unmask; with receive: and wait for it */
};

enum L4_irq_sender_ops {         /* L4_PROTO_IRQ_SENDER */
    L4_IRQ_SENDER_OP_DETACH = 1, /* -> label 0 nothing, 1 pending, 2 abandoned */
    L4_IRQ_SENDER_OP_BIND_VCPU = 2,
};

enum L4_semaphore_ops {
    L4_SEMAPHORE_OP_DOWN = 0,               /* L4_PROTO_SEMAPHORE */
    L4_SEMAPHORE_OP_UP = L4_IRQ_OP_TRIGGER, /* L4_PROTO_IRQ */
};

/* ---- L4_PROTO_LOG: virtual consoles --------------------------------------------------------- */

enum L4_vcon_ops {
    L4_VCON_WRITE_OP = 0, /* MR1 length, bytes from MR2; no reply */
    L4_VCON_READ_OP = 1,  /* MR0 bits 16..: size -> MR0 status | count, bytes from MR1 */
    L4_VCON_SET_ATTR_OP = 2,
    L4_VCON_GET_ATTR_OP = 3,
};

enum L4_vcon_size_consts {
    L4_VCON_WRITE_SIZE = 61 * 8, /* bytes in one message */
    L4_VCON_READ_SIZE = 62 * 8,
};

#define L4_VCON_READ_SIZE_MASK 0x3fffffffU  /* count in MR0 of a READ result */
#define L4_VCON_READ_STAT_BREAK 0x40000000U /* a break condition was seen */
#define L4_VCON_READ_STAT_DONE 0x80000000U  /* nothing left to read */
#define L4_VCON_READ_STAT_MASK 0xc0000000U

enum L4_vcon_i_flags {
    L4_VCON_INLCR = 000100, /* input: \n becomes \r */
    L4_VCON_IGNCR = 000200, /* input: \r is dropped */
    L4_VCON_ICRNL = 000400, /* input: \r becomes \n, unless dropped */
};

enum L4_vcon_o_flags {
    L4_VCON_ONLCR = 000004,  /* output: \n becomes \r\n */
    L4_VCON_OCRNL = 000010,  /* output: \r becomes \n */
    L4_VCON_ONLRET = 000040, /* output: \r is dropped */
};

enum L4_vcon_l_flags {
    L4_VCON_ICANON = 000002, /* line editing */
    L4_VCON_ECHO = 000010,   /* input is echoed */
};

/* ---- platform control: label 0 on the ICU capability ---------------------------------------- */

enum L4_platform_ctl_ops {
    L4_PLATFORM_CTL_SYS_SUSPEND_OP = 0,
    L4_PLATFORM_CTL_SYS_SHUTDOWN_OP = 1, /* MR1: 0 off, 1 restart */
    L4_PLATFORM_CTL_CPU_ALLOW_SHUTDOWN_OP = 2,
    L4_PLATFORM_CTL_CPU_ENABLE_OP = 3,
    L4_PLATFORM_CTL_CPU_DISABLE_OP = 4,
    L4_PLATFORM_CTL_SET_TASK_ASID_OP = 0x10,
};

/* ---- L4_PROTO_IOMMU ---------------------------------------------------------------------------
 */

enum L4_iommu_ops {
    L4_IOMMU_OP_BIND = 0,
    L4_IOMMU_OP_UNBIND = 1,
};

/* ---- L4_PROTO_DEBUGGER: group << 8 | operation ------------------------------------------------
 */

enum L4_kdebug_ops {
    L4_KDEBUG_ENTER_OP = 0x000, /* text: MR1 length, bytes from MR2 */
    L4_KDEBUG_OUTCHAR_OP = 0x001,
    L4_KDEBUG_OUTNSTRING_OP = 0x002,
    L4_KDEBUG_OUTHEX32_OP = 0x003,
    L4_KDEBUG_OUTHEX20_OP = 0x004,
    L4_KDEBUG_OUTHEX16_OP = 0x005,
    L4_KDEBUG_OUTHEX12_OP = 0x006,
    L4_KDEBUG_OUTHEX8_OP = 0x007,
    L4_KDEBUG_OUTDEC_OP = 0x008,
};

enum L4_debugger_ops {
    L4_DEBUGGER_NAME_SET_OP = 0x100, /* item object, name from MR1 */
    L4_DEBUGGER_GLOBAL_ID_OP = 0x101,
    L4_DEBUGGER_KOBJ_TO_ID_OP = 0x102,
    L4_DEBUGGER_QUERY_LOG_TYPEID_OP = 0x103,
    L4_DEBUGGER_SWITCH_LOG_OP = 0x104,
    L4_DEBUGGER_NAME_GET_OP = 0x105,
    L4_DEBUGGER_QUERY_LOG_NAME_OP = 0x106,
    L4_DEBUGGER_ADD_IMAGE_INFO_OP = 0x107, /* MR1 load base, name from MR2 */
    L4_DEBUGGER_OBJ_NAME_OP = 0x108,
    L4_DEBUGGER_OBJ_INFO_OP = 0x110,
};

enum L4_tbuf_ops {
    L4_TBUF_LOG_OP = 0x200,
    L4_TBUF_CLEAR_OP = 0x201,
    L4_TBUF_DUMP_OP = 0x202,
    L4_TBUF_LOG_3VAL_OP = 0x204,
    L4_TBUF_LOG_BIN_OP = 0x205,
    L4_TBUF_MAP_STATUS_OP = 0x210,
    L4_TBUF_MAP_SLOTS_OP = 0x211,
};

/*
 * Our own operations, far from everybody else's. Debug kernels only, else -L4_ENOSYS.
 *
 * CHECK  [MR1 flags] -> label 0: all invariants hold; 1: a text in MR0... says which does not
 * KMEM   -> MR0 frames in use but for pools that never shrink, MR1 objects, MR2 smaller pieces
 *        of memory, MR3 threads
 */
enum L4_stretto_debug_ops {
    L4_STRETTO_DEBUG_CHECK_OP = 0x800000,
    L4_STRETTO_DEBUG_KMEM_OP = 0x800001,
};

enum L4_stretto_check_flags {
    L4_STRETTO_CHECK_MOVING = 1, /* an unmap was given up half way: do not compare rights */
};

/* ---- L4_PROTO_SIGMA0: MR0 = request, MR1 = flexpage ---------------------------------------------
 */

#define SIGMA0_REQ_MAGIC (~0xffUL) /* upper bits of MR0 */
#define SIGMA0_REQ_MASK (~0xffUL)
enum l4_sigma0_request_ids {
    SIGMA0_REQ_ID_FPAGE_RAM = 0x60,
    SIGMA0_REQ_ID_FPAGE_IOMEM = 0x70,
    SIGMA0_REQ_ID_FPAGE_IOMEM_CACHED = 0x80,
    SIGMA0_REQ_ID_FPAGE_ANY = 0x90,
    SIGMA0_REQ_ID_KIP = 0xa0,
    SIGMA0_REQ_ID_DEBUG_DUMP = 0xc0,
    SIGMA0_REQ_ID_PRINT_COV = 0xe0,
};
