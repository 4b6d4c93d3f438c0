# SPDX-License-Identifier: MIT
room        := kernel/object
room-layer  := 12
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/irq kernel/dev kernel/cap kernel/space kernel/sched kernel/ipc
obj-y       := thread.o thread_life.o task.o gate.o irq.o irq_line.o semaphore.o icu.o factory.o scheduler.o vcon.o invoke.o
obj-$(CONFIG_JDB) += debugger.o
test-y      := ../ipc/test/world.o test/test_object.o
test-needs  := kernel/entry
include tools/build/room.mk
