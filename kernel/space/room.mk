# SPDX-License-Identifier: MIT
room        := kernel/space
room-layer  := 9
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/cap
obj-y       := hotspot.o space.o tables.o kumem.o mapdb.o walk.o op.o map.o unmap.o ports.o \
               teardown.o check.o
test-y      := test/world.o test/model.o test/test_hotspot.o test/test_map.o test/test_unmap.o \
               test/test_tlb.o test/test_ports.o test/test_space.o test/test_quota.o test/test_random.o
include tools/build/room.mk
