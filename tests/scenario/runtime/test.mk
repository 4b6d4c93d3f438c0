# SPDX-License-Identifier: MIT
#
# The runtime from an ordinary program's side, one sentence per behaviour.
prog   := runtime-test
src-y  := main.c dataspace.c region.c names.c alloc.c malformed.c libc.c thread.c server.c
libs-y := l4re m
include tools/build/prog.mk

test          := runtime
test-list     := tests/scenario/runtime/modules.list
test-machines := qemu-x86_64
include tests/run/scenario.mk
