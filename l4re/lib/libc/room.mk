# SPDX-License-Identifier: MIT
lib       := l4re-libc
lib-needs := l4re-core l4sys c
lib-wants := __retarget_lock_init
src-y     := exit.c files.c heap.c lock.c time.c
include tools/build/lib.mk
