# SPDX-License-Identifier: MIT
room        := kernel/ipc
room-layer  := 11
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/irq kernel/dev kernel/cap kernel/space kernel/sched
obj-y       := ipc.o fast.o items.o fault.o gate.o irqobj.o
test-y      := test/world.o test/apart.o test/test_rendezvous.o test/test_timeout.o test/test_cancel.o \
               test/test_reply.o test/test_items.o test/test_fast.o test/test_strike.o
test-needs  := kernel/object kernel/entry
include tools/build/room.mk
