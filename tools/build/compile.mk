# SPDX-License-Identifier: MIT
#
# How objects are made. The variables obj-flags and room-incs belong to each object; room.mk,
# lib.mk and prog.mk set them.

# Closure of needs: the rooms $(1) and every room below them, each once.
closure = $(call closure-step,$(1),$(sort $(1) $(foreach r,$(1),$(needs-of-$r))))
closure-step = $(if $(filter-out $(1),$(2)),$(call closure,$(2)),$(2))

# Closure of libraries: $(1) and all that they need, each once.
lib-closure = $(call lib-closure-step,$(1),$(sort $(1) $(foreach l,$(1),$(lib-needs-of-$l))))
lib-closure-step = $(if $(filter-out $(1),$(2)),$(call lib-closure,$(2)),$(2))

# ROOMS="kernel/lib l4re/lib/core" limits the build to these rooms and what they need.
tests-need := $(if $(CONFIG_ARCH_HOST),$(foreach r,$(ROOMS),$(test-needs-of-$r)))
used-rooms := $(filter $(rooms),$(if $(ROOMS),$(call closure,$(ROOMS) $(tests-need)),$(rooms)))
all-objs   := $(foreach r,$(used-rooms),$(obj-of-$r))
all-offsets := $(foreach r,$(used-rooms),$(offsets-of-$r))

user-rooms    := $(foreach u,$(libs) $(addprefix prog-,$(progs)),$(dir-of-$u))
unknown-rooms := $(filter-out $(rooms) $(user-rooms),$(ROOMS)) \
                 $(filter-out $(wildcard kernel/*),$(foreach r,$(used-rooms),$(needs-of-$r)))
ifneq ($(strip $(unknown-rooms)),)
$(error there is no room $(sort $(unknown-rooms)))
endif

# A change of compiler or flags must rebuild: the stamp changes only if its text does.
define stamp
@mkdir -p $(@D); printf '%s\n' $(1) | cmp -s - $@ || printf '%s\n' $(1) > $@
endef

$(O)/.flags: FORCE
	$(call stamp,'$(CC)' '$(cflags-room)' '$(cflags-user)' '$(asflags)' '$(foreach t,$(thirds),$(third-dir-of-$t))')

flags-of = $(obj-flags) $(room-incs)
json-of  = {"directory":"$(CURDIR)","file":"$<","arguments":["$(firstword $(CC))"$(foreach a,$(flags-of) $(1) -c $<,,"$a")]}

$(O)/%.o: %.c $(O)/.flags $(O)/include/gen/autoconf.h | $$(@D)/
	$(call say,CC,$@)
	$(Q)$(CC) $(flags-of) -c -o $@ $<
	@printf '%s' '$(subst ','\'',$(call json-of))' > $@.json

$(O)/%.o: %.S $(O)/.flags $(O)/include/gen/autoconf.h | $$(@D)/
	$(call say,AS,$@)
	$(Q)$(CC) $(flags-of) $(asflags) -c -o $@ $<
	@printf '%s' '$(subst ','\'',$(call json-of,$(asflags)))' > $@.json

# Numbers for assembly: asm-offsets.c emits lines '->NAME value' into its assembly output.
$(all-offsets:%.c=$(O)/%.s): $(O)/%.s: %.c $(O)/.flags $(O)/include/gen/autoconf.h | $$(@D)/
	$(call say,GEN,$@)
	$(Q)$(CC) $(flags-of) -MT $@ -MF $(@:.s=.d) -S -o $@ $<

$(O)/include/gen/asm-offsets.h: $(all-offsets:%.c=$(O)/%.s) tools/build/offsets.py | $(O)/include/gen/
	$(Q)$(PY) tools/build/offsets.py $@ $(filter %.s,$^)

$(if $(all-offsets),$(eval $(all-objs): | $(O)/include/gen/asm-offsets.h))

-include $(all-objs:.o=.d) $(all-offsets:%.c=$(O)/%.d)
