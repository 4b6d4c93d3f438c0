# SPDX-License-Identifier: MIT
#
# Images and QEMU. One entry of conf/modules.list is called a scenario.
S       ?= clntsrv
MACHINE ?= qemu-x86_64
MODULES_LIST ?= conf/modules.list

image-py    := tools/boot/image.py
image-deps  := $(image-py) tools/boot/modlist.py $(MODULES_LIST) $(wildcard conf/scenario/*)
list-for     = $(or $(list-of-$(1)),$(MODULES_LIST))
search-path := $(MODULE_SEARCH_PATH) $(O)/bin $(O) conf/scenario
image-cmd    = $(PY) $(image-py) $(addprefix --path ,$(search-path)) --out $@

# Under QEMU the machine ends with the scenario, and says how it went.
under-qemu  := --kernel-args=-qemu-exit-on-panic --root-args=--qemu-exit

ifndef CONFIG_ARCH_HOST
.PHONY: run iso
$(O)/boot/%.iso: $(kernel) $(prog-bins) $(image-deps) $$(if $$(list-of-$$*),$$(wildcard $$(dir $$(list-of-$$*))*)) | $$(@D)/
	$(call say,ISO,$@)
	$(Q)$(image-cmd) $(addprefix --path ,$(dir $(list-of-$*))) --list $(or $(list-of-$*),$(MODULES_LIST)) --entry $* $(under-qemu)

run: $(O)/boot/$(S).iso
	@$(PY) tools/boot/qemu.py --machine $(MACHINE) $(if $(filter 1,$(GDB)),--gdb $(kernel)) $< || \
	    { c=$$?; echo "$(S): exit code $$c"; exit $$c; }

# The image for a real machine: a menu of all entries, for CD or USB stick, BIOS or UEFI.
$(O)/stretto.iso: $(kernel) $(prog-bins) $(image-deps) | $(O)/
	$(call say,ISO,$@)
	$(Q)$(image-cmd) --list $(MODULES_LIST) --timeout 5

iso: $(O)/stretto.iso
else
.PHONY: run iso
run iso:
	@echo "the host configuration boots nothing: use another O=" >&2; exit 2
endif
