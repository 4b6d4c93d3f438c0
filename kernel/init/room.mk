# SPDX-License-Identifier: MIT
room        := kernel/init
room-layer  := 14
room-needs  := kernel/abi kernel/lib kernel/arch kernel/sync kernel/mem kernel/time kernel/irq \
               kernel/dev kernel/cap kernel/space kernel/sched kernel/ipc kernel/object
obj-y       := ranges.o mb2.o options.o memplan.o l4mod_list.o kip.o plan.o
obj-$(CONFIG_ARCH_X86_64) += cpu_name.o init.o handover.o
test-y      := test/machine.o test/mb2_block.o test/test_ranges.o test/test_mb2.o \
               test/test_options.o test/test_memplan.o test/test_kip.o
include tools/build/room.mk
