/* SPDX-License-Identifier: MIT */
/*
 * Where assembly enters the kernel's C code. arch declares, kernel/entry defines.
 *
 * All are called with interrupts off, on the kernel stack of the current thread, with its
 * user frame complete (for entries from user mode). Those that return a frame have done
 * everything that is due before user mode (kill points, user bank, address space); assembly
 * sets the stack pointer to that frame, loads all registers and leaves the kernel. The frame
 * may belong to another thread than the one that entered.
 */
#pragma once

#include <stdint.h>

#include <arch/frame.h>

/* The system call (from user mode). */
struct arch_frame *upcall_syscall(struct arch_frame *f);

/* An exception or fault of user mode; trap number, error code and fault address in `f`. */
struct arch_frame *upcall_user_trap(struct arch_frame *f);

/* An interrupt that met user mode. */
struct arch_frame *upcall_irq_user(unsigned vector);

/* An interrupt that met the kernel with interrupts on. May run other threads meanwhile. */
void upcall_irq_kernel(unsigned vector);

/* A thread with an empty stack was switched to (ARCH_RESUME_FRAME). */
struct arch_frame *upcall_leave(void);

/* What the kernel was doing when it faulted itself. Never returns. */
struct arch_kernel_fault {
    unsigned trap;
    uint64_t err;
    uint64_t addr;
    uint64_t ip;
    uint64_t sp;
    uint64_t flags;
    uint64_t bp;
};

_Noreturn void upcall_kernel_fault(const struct arch_kernel_fault *k);

/*
 * The first code of the kernel above arch: registers of the boot loader (Multiboot2: magic,
 * physical address of the information).
 * Context: boot, interrupts off, on the boot stack; low 4 GiB mapped, direct and at their
 * physical addresses; exceptions are reported.
 */
_Noreturn void init_main(uint32_t magic, uint32_t info);
