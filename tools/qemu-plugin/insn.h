/* SPDX-License-Identifier: MIT */
/*
 * x86-64 instructions that matter to interrupt latency, recognised by their bytes.
 *
 * QEMU shows a plugin no registers, only the bytes of what it translates. What an instruction
 * does to the interrupt flag and whether it is slow (rule S1) can be told from these.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What an instruction does to the flow between user mode, interrupts on and interrupts off. */
enum insn_flow {
    FLOW_PLAIN,
    FLOW_CLI,
    FLOW_STI,
    FLOW_HLT,
    FLOW_RETURN, /* IRET, SYSRET: where it goes shows at the next instruction */
    FLOW_POPF,   /* may set anything: the kernel must not use it */
};

enum insn_slow {
    SLOW_MSR,    /* WRMSR */
    SLOW_CR,     /* writes to control and debug registers, XSETBV */
    SLOW_TLB,    /* INVLPG, INVPCID */
    SLOW_XSAVE,  /* XSAVE, XRSTOR and their kin, FXSAVE, FXRSTOR */
    SLOW_SERIAL, /* CPUID, IRET, loads of descriptor registers */
    SLOW_MMIO,   /* any access to a device's memory; seen at run time */
    SLOW_PORT,   /* IN, OUT: forbidden */
    SLOW_CACHE,  /* WBINVD, INVD: forbidden */
    SLOW_COUNT,
    SLOW_NONE = SLOW_COUNT,
};

enum insn_flow insn_flow(const uint8_t *bytes, size_t size);
enum insn_slow insn_slow(const uint8_t *bytes, size_t size);
