/* SPDX-License-Identifier: MIT */
/* What the start code calls and is called by; no header of the C library names these. */
#pragma once

#include <stdint.h>

#include <l4/re/l4aux.h>
#include <l4/sys/compiler.h>

/* Called by the first instructions with the words on the first stack. */
L4_NORETURN void start_program(uintptr_t *sp);

/* Of the program. */
int main(int argc, char **argv, char **envp);

/* Of the C library: constructors and destructors. */
void __libc_init_array(void);
void __libc_fini_array(void);

/* What the loader said beyond the environment. */
extern l4re_aux_t *l4re_global_aux;
