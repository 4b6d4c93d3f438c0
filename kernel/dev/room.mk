# SPDX-License-Identifier: MIT
room        := kernel/dev
room-layer  := 7
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/irq
obj-y       := acpi.o
obj-$(CONFIG_ARCH_X86_64) += console.o lapic.o tsc_deadline.o ioapic.o hpet.o pit.o timer.o power.o
obj-$(CONFIG_ARCH_HOST) += host/console.o host/intr.o host/timer.o host/power.o
test-y      := test/test_acpi.o
include tools/build/room.mk
