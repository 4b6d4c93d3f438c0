# SPDX-License-Identifier: MIT
#
# How libraries and programs above the kernel are made.

# Flags of one unit, a library or program with the needs $(2). Without newlib below it, the unit is
# freestanding.
user-incs  = -Ikernel/abi -Il4re/include $(sort $(foreach l,$(2),$(lib-incs-of-$l))) \
             $(addprefix -isystem ,$(sort $(foreach l,$(2),$(third-incs-of-$l))))
user-flags = $(cflags-user) $(if $(filter c,$(2)),,-ffreestanding) \
             $(sort $(foreach l,$(2),$(lib-cflags-of-$l))) $(user-incs)

# Computed once per unit, not once per object.
user-units := $(libs) $(addprefix prog-,$(progs))
define user-unit-vars
needs-of-unit-$(1)   := $(call lib-closure,$(1))
user-flags-of-$(1)    = $$(call user-flags,$(1),$$(needs-of-unit-$(1)))
user-flags-of-$(1)   := $$(user-flags-of-$(1))
$(unit-objs-of-$(1)): obj-flags := $$(user-flags-of-$(1))
$(unit-objs-of-$(1)): | $$(sort $$(foreach l,$$(needs-of-unit-$(1)),$$(third-done-of-$$l)))
endef
$(foreach u,$(user-units),$(eval $(call user-unit-vars,$u)))

unknown-libs := $(filter-out $(libs) $(third-libs),$(foreach u,$(user-units),$(lib-needs-of-$u)))
ifneq ($(unknown-libs),)
$(info note: no fragment for the libraries $(sort $(unknown-libs)); what needs them cannot be linked)
endif
archive-of = $(if $(third-archive-of-$(1)),$(third-archive-of-$(1)),$(O)/lib/lib$(1).a)

define lib-rule
$(O)/lib/lib$(1).a: $(unit-objs-of-$(1)) $(O)/lib/$(1).list | $$$$(@D)/
	$$(call say,AR,$$@)
	@rm -f $$@
	$(Q)$(AR) rcs $$@ $$(filter %.o,$$^)
$(O)/lib/$(1).list: FORCE
	$$(call stamp,'$(unit-objs-of-$(1))')
endef
$(foreach l,$(libs),$(eval $(call lib-rule,$l)))

ldflags-user := -m elf_x86_64 -static -nostdlib -no-pie -z max-page-size=4096 -z noexecstack \
                --gc-sections --orphan-handling=error --fatal-warnings --build-id=none -u _start
libgcc       := $(shell $(CC) $(if $(clang),--rtlib=libgcc) -print-libgcc-file-name 2>/dev/null)

# Our own libraries come first: what they define replaces newlib's defaults. What nobody has asked
# for when the linker passes ours would still be taken from newlib, hence lib-wants and -u.
prog-libs     = $(filter-out prog-%,$(needs-of-unit-prog-$(1)))
prog-sorted   = $(filter-out $(third-libs),$(prog-libs)) $(filter $(third-libs),$(prog-libs))
prog-archives = $(foreach l,$(prog-sorted),$(call archive-of,$l))
prog-wants    = $(addprefix -u ,$(foreach l,$(prog-libs),$(lib-wants-of-$l)))

define prog-rule
$(O)/bin/$(1): $(unit-objs-of-prog-$(1)) $(call prog-archives,$(1)) tools/build/user.ld tools/check/elf.py $(O)/bin/$(1).list | $$$$(@D)/
	$$(call say,LD,$$@)
	$(Q)$(LD) $(ldflags-user) $(call prog-wants,$(1)) -T tools/build/user.ld -Ttext-segment=$(addr-of-prog-$(1)) -o $$@.tmp \
	    $$(filter %.o,$$^) --start-group $$(filter %.a,$$^) $(libgcc) --end-group
	$(Q)$(PY) tools/check/elf.py $$@.tmp
	@mv $$@.tmp $$@
$(O)/bin/$(1).list: FORCE
	$$(call stamp,'$(unit-objs-of-prog-$(1)) $(call prog-archives,$(1)) $(addr-of-prog-$(1)) $(ldflags-user)')
.PHONY: $(1)
$(1): $(O)/bin/$(1)
endef
$(foreach p,$(progs),$(eval $(call prog-rule,$p)))

prog-bins := $(addprefix $(O)/bin/,$(progs))
.PHONY: user
user: $(prog-bins) $(foreach l,$(libs),$(O)/lib/lib$l.a)
-include $(user-objs:.o=.d)
