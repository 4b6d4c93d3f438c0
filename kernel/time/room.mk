# SPDX-License-Identifier: MIT
room        := kernel/time
room-layer  := 5
room-needs  := kernel/abi kernel/lib kernel/arch
obj-y       := clock.o timeout.o timeq.o
test-y      := test/test_clock.o test/test_timeout.o test/test_timeq.o
include tools/build/room.mk
