# SPDX-License-Identifier: MIT
#
# A timer interrupt at every place of a path: the program. 'make preempt' runs it.
prog      := preempt
src-y     := $(addprefix guest/,sweep.c params.c ipc.c memory.c life.c)
libs-y    := bench systest l4sys
prog-addr := 0x240000
include tools/build/prog.mk

# In 'make test': a few places of each path, on the debug kernel, which it builds for itself.
ifndef CONFIG_ARCH_HOST
suites           += preempt
lines-of-preempt := 'preempt|600|tests/preempt/run.py --path= --offset= --points=8 --seconds 600 $(O)/preempt/tests/preempt.iso'
needs-of-preempt := preempt-image
endif
