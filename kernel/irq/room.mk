# SPDX-License-Identifier: MIT
room        := kernel/irq
room-layer  := 6
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync
obj-y       := irq.o
test-y      := test/test_irq.o
include tools/build/room.mk
