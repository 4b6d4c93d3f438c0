/* SPDX-License-Identifier: MIT */
/* Trap and interrupt numbers of the CPU. Included by C and by assembly. */
#pragma once

#define X86_TRAP_DE 0
#define X86_TRAP_DB 1
#define X86_TRAP_NMI 2
#define X86_TRAP_BP 3
#define X86_TRAP_OF 4
#define X86_TRAP_UD 6
#define X86_TRAP_NM 7
#define X86_TRAP_DF 8
#define X86_TRAP_TS 10
#define X86_TRAP_NP 11
#define X86_TRAP_SS 12
#define X86_TRAP_GP 13
#define X86_TRAP_PF 14
#define X86_TRAP_AC 17
#define X86_TRAP_MC 18

/* Exceptions for which the CPU pushes an error code, one bit per vector. */
#define X86_TRAPS_WITH_ERROR 0x60227d00

/* Vectors 0x20..0xef belong to devices, 0xf0 to the local timer, 0xff to the spurious one. */
#define X86_VEC_DEVICE_FIRST 0x20
#define X86_VEC_DEVICE_LAST 0xef
#define X86_VEC_TIMER 0xf0
#define X86_VEC_ERROR 0xfe
#define X86_VEC_SPURIOUS 0xff
#define X86_VEC_COUNT 256

/*
 * What `trapno` of a user frame holds when no trap made it:
 * a system call whose frame nobody changed (it may leave by SYSRET), or one that was changed.
 */
#define X86_TRAPNO_SYSCALL 0x100
#define X86_TRAPNO_CHANGED 0x101

/* Stacks of the exceptions that may come at any time (index into the TSS, 1..7). */
#define X86_IST_DB 1
#define X86_IST_NMI 2
#define X86_IST_DF 3
#define X86_IST_MC 4
#define X86_IST_COUNT 4
