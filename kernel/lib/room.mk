# SPDX-License-Identifier: MIT
# The host has its own memcpy and friends, which the sanitizers watch.
room        := kernel/lib
room-layer  := 1
room-needs  := kernel/abi
obj-y       := bits.o cmdline.o elf.o fmt.o heap.o prioq.o tourney.o
obj-y       += $(if $(CONFIG_ARCH_HOST),,string.o)
test-y      := test/test_base.o test/test_bits.o test/test_cmdline.o test/test_elf.o \
               test/test_fmt.o test/test_heap.o test/test_list.o test/test_prioq.o \
               test/test_string.o test/test_tourney.o
include tools/build/room.mk
