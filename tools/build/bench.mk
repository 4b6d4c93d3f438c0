# SPDX-License-Identifier: MIT
#
# 'make bench': what operations of the release kernel cost, in instructions, against the baseline.
#
#   ONLY=ipc,latency    only these groups of metrics (guest/<group>.c, boot, size)
#   BASELINE=write      the numbers become the new baseline
#
# The kernel that is measured is always that of x86_64_defconfig, in a build folder of its own.
bench-out := $(or $(BENCH_OUT),$(O)/bench)
bench-py   = $(PY) tools/bench/bench.py --out $(bench-out) $(if $(ONLY),--only $(ONLY)) \
             $(if $(filter write,$(BASELINE)),--write-baseline) --groups $(subst $() ,$(comma),$(bench-groups))

.PHONY: bench bench-here
ifdef CONFIG_ARCH_HOST
bench bench-here:
	@echo "the host configuration boots nothing: use another O=" >&2; exit 2
else
bench:
	+@$(MAKE) --silent O=$(O)/bench/system x86_64_defconfig
	+@$(MAKE) O=$(O)/bench/system BENCH_OUT=$(O)/bench bench-here

define bench-image
$(O)/boot/bench-$(1).iso: $(kernel) $(O)/bin/sigma0 $(O)/bin/bench-$(1) $(image-py) tools/boot/modlist.py | $$$$(@D)/
	$$(call say,ISO,$$@)
	$(Q)$(PY) $(image-py) --path . --path / --out $$@ --kernel $(kernel) --kernel-args='-qemu-exit-on-panic $(bench-args-$(1))' \
	    --module $(O)/bin/sigma0 --module $(O)/bin/bench-$(1)
endef
$(foreach g,$(bench-groups),$(eval $(call bench-image,$g)))

bench-chosen := $(if $(ONLY),$(filter $(subst $(comma), ,$(ONLY)),$(bench-groups)),$(bench-groups))

bench-here: $(foreach g,$(bench-chosen),$(O)/boot/bench-$g.iso) \
            $(if $(ONLY),$(if $(filter boot,$(subst $(comma), ,$(ONLY))),$(O)/boot/hello.iso),$(O)/boot/hello.iso)
	@$(bench-py) --images $(O)/boot --programs $(O)/bin --kernel $(kernel)
endif
