# SPDX-License-Identifier: MIT
#
# A timer interrupt at every place of a path: the program. 'make preempt' runs it.
prog      := preempt
src-y     := $(addprefix guest/,sweep.c params.c ipc.c memory.c life.c)
libs-y    := bench systest l4sys
prog-addr := 0x240000
include tools/build/prog.mk
