# SPDX-License-Identifier: MIT
room        := kernel/arch
room-layer  := 2
room-needs  := kernel/abi kernel/lib
obj-y       := common/pt_x86.o
obj-$(CONFIG_ARCH_X86_64) += $(addprefix x86_64/,boot.o entry.o switch.o cpu.o desc.o mmu.o fpu.o \
                             bank.o thread.o ioport.o)
obj-$(CONFIG_ARCH_HOST) += $(addprefix host/,fiber.o switch.o irq.o cpu.o mmu.o ioport.o bank.o \
                           thread.o entry.o)
test-y      := test/test_host.o test/test_x86_segment.o
include tools/build/room.mk
