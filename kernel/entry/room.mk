# SPDX-License-Identifier: MIT
room        := kernel/entry
room-layer  := 13
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/irq kernel/dev kernel/cap kernel/space kernel/sched kernel/ipc kernel/object
obj-y       := syscall.o leave.o trap.o
include tools/build/room.mk
