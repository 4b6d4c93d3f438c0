# SPDX-License-Identifier: MIT
room        := kernel/cap
room-layer  := 8
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem
obj-y       := kobj.o captab.o kcall.o
test-y      := test/world.o test/test_captab.o test/test_kobj.o test/test_kcall.o
include tools/build/room.mk
