# SPDX-License-Identifier: MIT
room        := kernel/sync
room-layer  := 3
room-needs  := kernel/abi kernel/lib kernel/arch
obj-y       := epoch.o helplock.o mbox.o party.o tstack.o
include tools/build/room.mk
