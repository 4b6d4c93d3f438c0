/* SPDX-License-Identifier: MIT */
/*
 * The user frame: every user register of a thread that is in the kernel, at the very top
 * of its kernel stack. The order of the words is that of the exception message.
 */
#pragma once

#include <arch/impl/frame.h>

/*
 * struct arch_frame is defined by the architecture. Accessors every architecture has:
 *
 *   frame_ip / frame_sp / frame_flags    program counter, stack pointer, flags
 *   frame_syscall_*                       the five registers of the system call
 */
struct arch_frame;
