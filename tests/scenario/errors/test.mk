# SPDX-License-Identifier: MIT
#
# Systems that are set up wrongly: each must say what is wrong, name the thing, and end with the
# status of an error. They are not part of the boot menu, hence a list of their own.
errors := no-program syntax no-script lua-error no-capability not-elf wrong-machine truncated

define error-scenario
test          := $(1)
test-list     := tests/scenario/errors/modules.list
test-expect   := $(1).expect
test-exit     := $(2)
test-machines := qemu-x86_64
include tests/run/scenario.mk
endef
$(foreach e,$(errors),$(eval $(call error-scenario,$e,1)))

# An unknown option is no reason not to boot: it is named, the rest goes on.
$(eval $(call error-scenario,moe-option,0))

# Programs that are none: for another processor, and cut short.
$(O)/boot/wrong-machine.iso: $(O)/bin/bad-machine
$(O)/boot/truncated.iso: $(O)/bin/bad-short
$(O)/bin/bad-%: tests/scenario/errors/bad_elf.py $(O)/bin/hello
	$(call say,GEN,$@)
	$(Q)$(PY) $< $* $(O)/bin/hello $@
