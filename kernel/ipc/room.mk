# SPDX-License-Identifier: MIT
room        := kernel/ipc
room-layer  := 11
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/irq kernel/dev kernel/cap kernel/space kernel/sched
obj-y       := ipc.o fast.o items.o fault.o gate.o irqobj.o
include tools/build/room.mk
