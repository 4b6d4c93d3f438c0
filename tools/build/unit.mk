# SPDX-License-Identifier: MIT
#
# Host unit tests: one program per room, $(O)/unit/<room>. The room's own objects are linked as
# they are; the rooms it needs come from archives, so a test may bring a stand-in of its own.
utest-objs := $(patsubst %.c,$(O)/%.o,$(wildcard tests/lib/src/*.c))
$(utest-objs): obj-flags := $(cflags-host)
$(utest-objs): room-incs := -Itests/lib/include -Ikernel/lib/include -Ikernel/abi
-include $(utest-objs:.o=.d)

unit-dirs := $(if $(ROOMS),$(filter $(ROOMS),$(rooms)),$(rooms))
unit-dirs := $(foreach r,$(unit-dirs),$(if $(test-of-$r),$r))
unit-bins := $(addprefix $(O)/unit/,$(unit-dirs))
all-tests := $(foreach r,$(unit-dirs),$(test-of-$r))
-include $(all-tests:.o=.d)

unit-below = $(filter-out $(1),$(filter $(rooms),$(call closure,$(1) $(test-needs-of-$(1)))))
unit-archives = $(foreach r,$(unit-below),$(if $(obj-of-$r),$(O)/unit/$(r).a))

define unit-archive
$(O)/unit/$(1).a: $(obj-of-$(1)) $(O)/unit/$(1).list | $$$$(@D)/
	@rm -f $$@
	$(Q)$(AR) rcs $$@ $$(filter %.o,$$^)
endef

define unit-program
$(O)/unit/$(1): $(obj-of-$(1)) $(test-of-$(1)) $(utest-objs) $(call unit-archives,$(1)) $(O)/unit/$(1).list | $$$$(@D)/
	$$(call say,LD,$$@)
	$(Q)$(CC) -fsanitize=address,undefined -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lpthread
endef

# The same for libraries and programs above the kernel: what they can do without a kernel below.
unit-libs := $(foreach u,$(libs) $(addprefix prog-,$(progs)),$(if $(host-tests-of-$u),$u))
unit-libs := $(foreach u,$(unit-libs),$(if $(or $(if $(ROOMS),,all),$(filter $(ROOMS),$(dir-of-$u))),$u))
unit-bins += $(addprefix $(O)/unit/,$(unit-libs))
unit-lib-objs := $(foreach u,$(libs) $(addprefix prog-,$(progs)),$(host-objs-of-$u) $(host-tests-of-$u))
-include $(unit-lib-objs:.o=.d)

define unit-lib-program
unit-needs-of-$(1)  := $(call lib-closure,$(1))
unit-thirds-of-$(1) := $$(filter $$(third-libs),$$(unit-needs-of-$(1)))
$(host-objs-of-$(1)) $(host-tests-of-$(1)): obj-flags := $(cflags-host) -Ikernel/abi -Il4re/include \
    $$(sort $$(foreach l,$$(unit-needs-of-$(1)),$$(lib-incs-of-$$l))) -Itests/lib/include \
    $$(foreach l,$$(unit-thirds-of-$(1)),-isystem $$(third-incs-of-$$l))
$(host-objs-of-$(1)) $(host-tests-of-$(1)): | $$(foreach l,$$(unit-thirds-of-$(1)),$$(third-done-of-$$l))
$(O)/unit/$(1): $$(sort $$(foreach l,$$(unit-needs-of-$(1)),$$(host-objs-of-$$l))) \
    $(host-tests-of-$(1)) $(utest-objs) $(O)/unit/$(1).list \
    $$(foreach l,$$(unit-thirds-of-$(1)),$$(third-archive-of-$$l)) | $$$$(@D)/
	$$(call say,LD,$$@)
	$(Q)$(CC) -fsanitize=address,undefined -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) -lm -lpthread
endef

# A file that leaves a list must relink as well; no timestamp says so, hence a stamp of the list.
$(O)/unit/%.list: FORCE
	$(call stamp,'$(obj-of-$*) $(test-of-$*) $(host-objs-of-$*) $(host-tests-of-$*)')

ifdef CONFIG_ARCH_HOST
$(foreach r,$(used-rooms),$(if $(obj-of-$r),$(eval $(call unit-archive,$r))))
$(foreach r,$(unit-dirs),$(eval $(call unit-program,$r)))
$(foreach u,$(libs) $(addprefix prog-,$(progs)),$(eval $(call unit-lib-program,$u)))
all-tests += $(foreach u,$(unit-libs),$(host-objs-of-$u) $(host-tests-of-$u))

.PHONY: unit
unit: $(unit-bins)

# What the runner needs to know of a program: name, seconds, command.
$(O)/unit.list: FORCE
	$(call stamp,$(foreach b,$(unit-bins),'$(b:$(O)/%=%)|600|$b'))
unit: $(O)/unit.list
endif
