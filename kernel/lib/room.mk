# SPDX-License-Identifier: MIT
# The host has its own memcpy and friends, which the sanitizers watch.
room        := kernel/lib
room-layer  := 1
room-needs  := kernel/abi
obj-y       := bits.o cmdline.o elf.o fmt.o heap.o prioq.o tourney.o
obj-y       += $(if $(CONFIG_ARCH_HOST),,string.o)
include tools/build/room.mk
