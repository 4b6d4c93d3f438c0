# SPDX-License-Identifier: MIT
prog      := sigma0
prog-addr := 0x100000
src-y     := start.S main.c request.c memmap.c rmap.c text.c mem.c
libs-y    := l4sys
host-y    := request.c memmap.c rmap.c text.c
test-y    := test/test_rmap.c test/test_memmap.c test/test_request.c
include tools/build/prog.mk
