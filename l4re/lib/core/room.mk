# SPDX-License-Identifier: MIT
lib       := l4re-core
lib-needs := l4sys proto c
src-y     := call.c cap_alloc.c dataspace.c debug.c env.c kumem.c log.c mem_alloc.c msg.c \
             namespace.c parent.c rm.c
host-y    := msg.c
test-y    := test/test_msg.c
include tools/build/lib.mk
