# SPDX-License-Identifier: MIT
room        := kernel/mem
room-layer  := 4
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync
obj-y       := frame.o quota.o slab.o
obj-$(CONFIG_FAIL_ALLOC) += fail.o
test-y      := test/standin.o test/test_frame.o test/test_quota.o test/test_slab.o \
               test/test_slab_mp.o
include tools/build/room.mk
