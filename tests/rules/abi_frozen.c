/* SPDX-License-Identifier: MIT */
/*
 * The kernel ABI a second time, in literal numbers and written from its description, not from the
 * headers. Whoever changes a header and the assertion beside it still fails here. A line of this
 * file changes only with a decision to break the ABI.
 */
#include <l4/sys/__l4_fpage.h>
#include <l4/sys/__timeout.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/kip_layout.h>
#include <l4/sys/l4mod.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb_layout.h>
#include <stddef.h>

#define IS(name, value) _Static_assert((name) == (value), #name)
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define AT(type, field, byte) _Static_assert(offsetof(type, field) == (byte), #type "." #field)

/* words */
SIZE(l4_umword_t, 8);
SIZE(l4_addr_t, 8);
SIZE(l4_cap_idx_t, 8);
SIZE(l4_msgtag_t, 8);
SIZE(l4_fpage_t, 8);
SIZE(l4_timeout_s, 2);
SIZE(l4_timeout_t, 4);

/* selectors and operations of the system call */
IS(L4_CAP_SHIFT, 12);
IS(L4_INVALID_CAP, 0xfffffffffffff800);
IS(L4_INVALID_REPLY_CAP, 0xfffffffffffffc00);
IS(L4_INVALID_CAP_BIT, 0x800);
IS(L4_REPLY_CAP_BIT, 0x400);
IS(L4_BASE_TASK_CAP, 0x1000);
IS(L4_BASE_FACTORY_CAP, 0x2000);
IS(L4_BASE_THREAD_CAP, 0x3000);
IS(L4_BASE_PAGER_CAP, 0x4000);
IS(L4_BASE_LOG_CAP, 0x5000);
IS(L4_BASE_ICU_CAP, 0x6000);
IS(L4_BASE_SCHEDULER_CAP, 0x7000);
IS(L4_BASE_IOMMU_CAP, 0x8000);
IS(L4_BASE_DEBUGGER_CAP, 0xa000);
IS(L4_SYSF_SEND, 1);
IS(L4_SYSF_RECV, 2);
IS(L4_SYSF_CALL, 3);
IS(L4_SYSF_OPEN_WAIT, 4);
IS(L4_SYSF_WAIT, 6);
IS(L4_SYSF_SEND_AND_WAIT, 7);
IS(L4_SYSF_REPLY, 8);
IS(L4_SYSF_REPLY_AND_WAIT, 15);

/* message tag */
IS(L4_MSGTAG_TRANSFER_FPU, 0x1000);
IS(L4_MSGTAG_SCHEDULE, 0x2000);
IS(L4_MSGTAG_PROPAGATE, 0x4000);
IS(L4_MSGTAG_ERROR, 0x8000);
IS(L4_PROTO_NONE, 0);
IS(L4_PROTO_PLATFORM_CTL, 0);
IS(L4_PROTO_ALLOW_SYSCALL, 1);
IS(L4_PROTO_PF_EXCEPTION, 1);
IS(L4_PROTO_IRQ, -1);
IS(L4_PROTO_PAGE_FAULT, -2);
IS(L4_PROTO_EXCEPTION, -5);
IS(L4_PROTO_SIGMA0, -6);
IS(L4_PROTO_IO_PAGE_FAULT, -8);
IS(L4_PROTO_KOBJECT, -10);
IS(L4_PROTO_TASK, -11);
IS(L4_PROTO_THREAD, -12);
IS(L4_PROTO_LOG, -13);
IS(L4_PROTO_SCHEDULER, -14);
IS(L4_PROTO_FACTORY, -15);
IS(L4_PROTO_VM, -16);
IS(L4_PROTO_DMA_SPACE, -17);
IS(L4_PROTO_IRQ_SENDER, -18);
IS(L4_PROTO_SEMAPHORE, -20);
IS(L4_PROTO_META, -21);
IS(L4_PROTO_IOMMU, -22);
IS(L4_PROTO_DEBUGGER, -23);
IS(L4_PROTO_VCPU_CONTEXT, -25);

/* UTCB */
SIZE(struct l4_utcb_layout, 1024);
AT(struct l4_utcb_layout, msg, 0);
AT(struct l4_utcb_layout, utcb_addr, 504);
AT(struct l4_utcb_layout, buf.bdr, 512);
AT(struct l4_utcb_layout, buf.br, 520);
AT(struct l4_utcb_layout, tcr.error, 984);
AT(struct l4_utcb_layout, tcr.free_marker, 992);
AT(struct l4_utcb_layout, tcr.user, 1000);
IS(L4_UTCB_GENERIC_DATA_SIZE, 63);
IS(L4_UTCB_GENERIC_BUFFERS_SIZE, 58);
IS(L4_UTCB_INHERIT_FPU, 1 << 24);
SIZE(l4_exc_regs_t, 208);
AT(l4_exc_regs_t, r15, 0);
AT(l4_exc_regs_t, r8, 56);
AT(l4_exc_regs_t, rdi, 64);
AT(l4_exc_regs_t, pfa, 88);
AT(l4_exc_regs_t, rax, 120);
AT(l4_exc_regs_t, trapno, 128);
AT(l4_exc_regs_t, err, 136);
AT(l4_exc_regs_t, ip, 144);
AT(l4_exc_regs_t, flags, 160);
AT(l4_exc_regs_t, sp, 168);
AT(l4_exc_regs_t, ss, 176);
AT(l4_exc_regs_t, fs_base, 184);
AT(l4_exc_regs_t, gs_base, 192);
AT(l4_exc_regs_t, ds, 200);

/* timeouts */
IS(L4_TIMEOUT_RAW_NEVER, 0);
IS(L4_TIMEOUT_RAW_ZERO, 0x400);
IS(L4_TIMEOUT_ABSOLUTE, 0x8000);

/* errors */
IS(L4_IPC_SETIMEOUT, 2);
IS(L4_IPC_RETIMEOUT, 3);
IS(L4_IPC_ENOT_EXISTENT, 4);
IS(L4_IPC_SECANCELED, 6);
IS(L4_IPC_RECANCELED, 7);
IS(L4_IPC_SEMSGCUT, 8);
IS(L4_IPC_REMSGCUT, 9);
IS(L4_IPC_SEABORTED, 0xe);
IS(L4_IPC_REABORTED, 0xf);
IS(L4_IPC_SEMAPFAILED, 0x10);
IS(L4_IPC_REMAPFAILED, 0x11);
IS(L4_EPERM, 1);
IS(L4_ENOENT, 2);
IS(L4_EIO, 5);
IS(L4_ENXIO, 6);
IS(L4_E2BIG, 7);
IS(L4_EAGAIN, 11);
IS(L4_ENOMEM, 12);
IS(L4_EACCESS, 13);
IS(L4_EFAULT, 14);
IS(L4_EBUSY, 16);
IS(L4_EEXIST, 17);
IS(L4_ENODEV, 19);
IS(L4_EINVAL, 22);
IS(L4_ENOSPC, 28);
IS(L4_ERANGE, 34);
IS(L4_ENAMETOOLONG, 36);
IS(L4_ENOSYS, 38);
IS(L4_EBADPROTO, 39);
IS(L4_EADDRNOTAVAIL, 99);
IS(L4_ENOREPLY, 1000);
IS(L4_EMSGTOOSHORT, 1001);
IS(L4_EMSGTOOLONG, 1002);
IS(L4_EMSGMISSARG, 1003);
IS(L4_EIPC_LO, 2000);
IS(L4_EIPC_HI, 2031);

/* flexpages and items */
IS(L4_FPAGE_SPECIAL, 0);
IS(L4_FPAGE_MEMORY, 1);
IS(L4_FPAGE_IO, 2);
IS(L4_FPAGE_OBJ, 3);
IS(L4_FPAGE_TYPE_SHIFT, 4);
IS(L4_FPAGE_SIZE_SHIFT, 6);
IS(L4_FPAGE_ADDR_SHIFT, 12);
IS(L4_FPAGE_X, 1);
IS(L4_FPAGE_W, 2);
IS(L4_FPAGE_RO, 4);
IS(L4_CAP_FPAGE_W, 1);
IS(L4_CAP_FPAGE_S, 2);
IS(L4_CAP_FPAGE_R, 4);
IS(L4_CAP_FPAGE_D, 8);
IS(L4_FPAGE_C_NO_REF_CNT, 0x10);
IS(L4_FPAGE_C_OBJ_RIGHTS, 0xe0);
IS(L4_FPAGE_C_IPCGATE_SVR, 0x20);
IS(L4_FPAGE_UNCACHEABLE << L4_FPAGE_CONTROL_ATTR_SHIFT, 0x10);
IS(L4_FPAGE_CACHEABLE << L4_FPAGE_CONTROL_ATTR_SHIFT, 0x30);
IS(L4_FPAGE_BUFFERABLE << L4_FPAGE_CONTROL_ATTR_SHIFT, 0x50);
IS(L4_WHOLE_ADDRESS_SPACE, 63);
IS(L4_WHOLE_IOADDRESS_SPACE, 16);
IS(L4_ITEM_MAP, 8);
IS(L4_ITEM_CONT, 1);
IS(L4_MAP_ITEM_GRANT, 2);
IS(L4_RCV_ITEM_SINGLE_CAP, 0xa);
IS(L4_RCV_ITEM_LOCAL_ID, 4);
IS(L4_RCV_ITEM_FORWARD_MAPPINGS, 1);
IS(L4_RET_ITEM_FACTORY, 0x38);
IS(L4_FP_ALL_SPACES, 0x80000000);
IS(L4_FP_DELETE_OBJ, 0xc0000000);

/* operations */
IS(L4_KOBJECT_OP_DEC_REFCNT, 0);
IS(L4_RCV_EP_BIND_OP, 0x10);
IS(L4_IPC_GATE_GET_INFO_OP, 0x11);
IS(L4_TASK_MAP_OP, 0);
IS(L4_TASK_UNMAP_OP, 1);
IS(L4_TASK_CAP_INFO_OP, 2);
IS(L4_TASK_ADD_KU_MEM_OP, 3);
IS(L4_THREAD_CONTROL_OP, 0);
IS(L4_THREAD_EX_REGS_OP, 1);
IS(L4_THREAD_SWITCH_OP, 2);
IS(L4_THREAD_STATS_OP, 3);
IS(L4_THREAD_VCPU_RESUME_OP, 4);
IS(L4_THREAD_REGISTER_DELETE_IRQ_OP, 5);
IS(L4_THREAD_MODIFY_SENDER_OP, 6);
IS(L4_THREAD_VCPU_CONTROL_OP, 7);
IS(L4_THREAD_PF_TRAMP_CONTROL_OP, 9);
IS(L4_THREAD_X86_GDT_OP, 0x10);
IS(L4_THREAD_AMD64_SET_SEGMENT_BASE_OP, 0x12);
IS(L4_THREAD_AMD64_GET_SEGMENT_INFO_OP, 0x13);
IS(L4_THREAD_CONTROL_SET_PAGER, 0x10000);
IS(L4_THREAD_CONTROL_BIND_TASK, 0x200000);
IS(L4_THREAD_CONTROL_ALIEN, 0x400000);
IS(L4_THREAD_CONTROL_SET_EXC_HANDLER, 0x1000000);
IS(L4_THREAD_EX_REGS_CANCEL, 0x10000);
IS(L4_THREAD_EX_REGS_TRIGGER_EXCEPTION, 0x20000);
IS(L4_SCHEDULER_INFO_OP, 0);
IS(L4_SCHEDULER_RUN_THREAD_OP, 1);
IS(L4_SCHEDULER_IDLE_TIME_OP, 2);
IS(L4_ICU_OP_BIND, 0);
IS(L4_ICU_OP_UNBIND, 1);
IS(L4_ICU_OP_INFO, 2);
IS(L4_ICU_OP_MSI_INFO, 3);
IS(L4_ICU_OP_UNMASK, 4);
IS(L4_ICU_OP_MASK, 5);
IS(L4_ICU_OP_SET_MODE, 6);
IS(L4_IRQ_OP_TRIGGER, 2);
IS(L4_IRQ_OP_EOI, 4);
IS(L4_IRQ_SENDER_OP_DETACH, 1);
IS(L4_SEMAPHORE_OP_DOWN, 0);
IS(L4_VCON_WRITE_OP, 0);
IS(L4_VCON_READ_OP, 1);
IS(L4_VCON_SET_ATTR_OP, 2);
IS(L4_VCON_GET_ATTR_OP, 3);
IS(L4_DEBUGGER_NAME_SET_OP, 0x100);
IS(L4_DEBUGGER_GLOBAL_ID_OP, 0x101);
IS(L4_VARG_TYPE_UMWORD | 8 << L4_VARG_LEN_SHIFT, 0x80001);
IS(L4_VARG_TYPE_MWORD | 8 << L4_VARG_LEN_SHIFT, 0x80081);
IS(L4_VARG_TYPE_FPAGE | 8 << L4_VARG_LEN_SHIFT, 0x80003);
IS(L4_VARG_TYPE_STRING, 2);

/* sigma0 */
IS(SIGMA0_REQ_MAGIC, 0xffffffffffffff00);
IS(SIGMA0_REQ_ID_FPAGE_RAM, 0x60);
IS(SIGMA0_REQ_ID_FPAGE_IOMEM, 0x70);
IS(SIGMA0_REQ_ID_FPAGE_IOMEM_CACHED, 0x80);
IS(SIGMA0_REQ_ID_FPAGE_ANY, 0x90);
IS(SIGMA0_REQ_ID_KIP, 0xa0);

/* kernel information page and what hangs on it */
IS(L4_KERNEL_INFO_MAGIC, 0x4be6344c);
IS(L4_KERNEL_INFO_VERSION, 0x87034444);
SIZE(l4_kernel_info_t, 0x90);
AT(l4_kernel_info_t, offset_version_strings, 0x08);
AT(l4_kernel_info_t, sigma0_ip, 0x10);
AT(l4_kernel_info_t, root_ip, 0x18);
AT(l4_kernel_info_t, _clock_val, 0x20);
AT(l4_kernel_info_t, frequency_cpu, 0x28);
AT(l4_kernel_info_t, acpi_rsdp_addr, 0x30);
AT(l4_kernel_info_t, user_ptr, 0x40);
AT(l4_kernel_info_t, sched_granularity, 0x50);
AT(l4_kernel_info_t, mem_descs, 0x54);
AT(l4_kernel_info_t, mem_descs_num, 0x58);
AT(l4_kernel_info_t, platform_info.name, 0x70);
AT(l4_kernel_info_t, platform_info.is_mp, 0x80);
SIZE(l4_kernel_info_mem_desc_t, 16);
IS(l4_mem_type_conventional, 1);
IS(l4_mem_type_reserved, 2);
IS(l4_mem_type_dedicated, 3);
IS(l4_mem_type_bootloader, 0xe);
IS(l4_mem_type_archspecific, 0xf);
IS(L4_KIP_OFFS_READ_US, 0x900);
IS(L4_KIP_OFFS_READ_NS, 0x980);
SIZE(l4util_l4mod_info, 48);
AT(l4util_l4mod_info, mods_addr, 0x10);
AT(l4util_l4mod_info, mods_count, 0x18);
SIZE(l4util_l4mod_mod, 32);
AT(l4util_l4mod_mod, mod_start, 8);
AT(l4util_l4mod_mod, mod_end, 16);
AT(l4util_l4mod_mod, cmdline, 24);
