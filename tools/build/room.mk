# SPDX-License-Identifier: MIT
#
# Collect one kernel room and clear its variables, so that nothing leaks into the next room.
#
#   room        := kernel/sync             the folder
#   room-layer  := 3                       its number; it may need lower numbers only
#   room-needs  := kernel/abi kernel/lib   rooms whose headers it includes
#   obj-y       := mbox.o                  objects; obj-$(CONFIG_X) += x.o for optional ones
#   test-y      := test/test_mbox.o        host unit tests (compiled with the host configuration)
#   test-needs  :=                         more rooms that only the tests need
#   include tools/build/room.mk
rooms                 += $(room)
layer-of-$(room)      := $(room-layer)
needs-of-$(room)      := $(room-needs)
test-needs-of-$(room) := $(test-needs)
obj-of-$(room)        := $(addprefix $(O)/$(room)/,$(obj-y))
test-of-$(room)       := $(addprefix $(O)/$(room)/,$(test-y))
offsets-of-$(room)    := $(wildcard $(room)/$(ARCH)/asm-offsets.c)

# A room sees itself and the rooms it names. Nothing else is on its include path. A room may add
# headers for one architecture in <arch>/include.
incs = $(addprefix -I,$(wildcard $(foreach r,$(1),$(filter kernel/abi,$r) $r/include $r/$(ARCH)/include)))

$(obj-of-$(room)) $(offsets-of-$(room):%.c=$(O)/%.s): room-incs := $(call incs,$(room) $(room-needs))
$(test-of-$(room)): room-incs := $(call incs,$(room) $(room-needs) $(test-needs)) -Itests/lib/include
$(obj-of-$(room)) $(offsets-of-$(room):%.c=$(O)/%.s) $(test-of-$(room)): obj-flags := $(cflags-room)
$(obj-of-$(room)) $(test-of-$(room)): $(room)/room.mk

room :=
room-layer :=
room-needs :=
obj-y :=
obj- :=
test-y :=
test- :=
test-needs :=
