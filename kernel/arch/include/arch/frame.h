/* SPDX-License-Identifier: MIT */
/*
 * The user frame: every user register of a thread that is in the kernel, at the very top
 * of its kernel stack. The order of the words is that of the exception message.
 */
#pragma once

#include <arch/impl/frame.h>

/*
 * struct arch_frame is defined by the architecture; ARCH_FRAME_WORDS words, the first of an
 * exception message of ARCH_EXC_WORDS. Nobody writes its fields but through these:
 *
 *   frame_ip, frame_sp, frame_flags               read
 *   frame_set_ip, frame_set_sp, frame_set_flags   write; flags are sanitised
 *   frame_set_arg0, frame_set_arg1                registers of a function's first arguments
 *   frame_changed                                 after any other change
 *
 *   frame_is_syscall                              entered by a system call, not changed since
 *   frame_syscall_tag, _dest, _label, _timeout, _extra   its five registers
 *   frame_set_tag, frame_set_label                its result
 *   ARCH_SYSCALL_BYTES                            length of the instruction
 *
 *   frame_is_page_fault, frame_fault_word         what to tell the pager
 *   frame_is_io_fault                             may be a port that a task's bitmap allows
 *
 * A frame that is unchanged since its system call leaves the kernel the short way.
 */
struct arch_frame;
