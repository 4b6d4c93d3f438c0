# SPDX-License-Identifier: MIT
room        := kernel/time
room-layer  := 5
room-needs  := kernel/abi kernel/lib kernel/arch
obj-y       := clock.o timeout.o timeq.o
include tools/build/room.mk
