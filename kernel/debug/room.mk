# SPDX-License-Identifier: MIT
room        := kernel/debug
room-layer  := 15
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/irq \
               kernel/dev kernel/cap kernel/space kernel/sched kernel/ipc kernel/object kernel/init
obj-$(and $(CONFIG_DEBUG),$(CONFIG_ARCH_X86_64)) += caps.o threads.o op.o
include tools/build/room.mk
