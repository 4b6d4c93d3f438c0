# SPDX-License-Identifier: MIT
room        := kernel/sync
room-layer  := 3
room-needs  := kernel/abi kernel/lib kernel/arch
obj-y       := epoch.o helplock.o mbox.o party.o tstack.o
test-y      := test/standin.o test/test_atomic.o test/test_epoch.o test/test_helplock.o \
               test/test_mbox.o test/test_party.o test/test_refcount.o test/test_tstack.o
include tools/build/room.mk
