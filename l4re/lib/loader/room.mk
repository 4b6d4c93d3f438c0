# SPDX-License-Identifier: MIT
lib       := l4re-loader
lib-needs := l4re-core l4sys c
src-y     := elf.c ipc_ops.c load.c stack.c
host-y    := elf.c stack.c
test-y    := test/test_elf.c test/test_stack.c
include tools/build/lib.mk
