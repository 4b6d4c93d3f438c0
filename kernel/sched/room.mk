# SPDX-License-Identifier: MIT
room        := kernel/sched
room-layer  := 10
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/dev kernel/cap kernel/space
obj-y       := sched.o stack.o io.o check.o
test-y      := test/world.o test/test_sched.o test/test_donate.o test/test_help.o
test-needs  := kernel/irq
include tools/build/room.mk
