# SPDX-License-Identifier: MIT
#
# 'make preempt': interrupt paths through the kernel at every place; see doc/design/preempt.md.
#
#   POINTS=200          places per path and kind of strike (0: every instruction; takes hours)
#   PATHNAME=call       only this path
#   OFFSET=1234         only the instructions around this one
#   PREEMPT_SECONDS=    after so long it hangs
preempt-iso := $(O)/tests/preempt.iso
preempt-run  = $(PY) tests/preempt/run.py --path='$(PATHNAME)' --offset='$(OFFSET)' \
               --points=$(or $(POINTS),50) --seconds $(or $(PREEMPT_SECONDS),1800)

$(preempt-iso): $(kernel) $(O)/bin/sigma0 $(O)/bin/preempt $(image-py) tools/boot/modlist.py | $$(@D)/
	$(call say,ISO,$@)
	$(Q)$(PY) $(image-py) --path . --path / --out $@ --kernel $(kernel) \
	    --kernel-args='-qemu-exit-on-panic' --module $(O)/bin/sigma0 --module $(O)/bin/preempt

# The kernel that is struck is always that of x86_64_debug_defconfig, in a build folder of its own.
.PHONY: preempt preempt-here preempt-image
preempt:
	+@$(MAKE) --silent O=$(O)/preempt x86_64_debug_defconfig
	+@$(MAKE) O=$(O)/preempt preempt-here
preempt-image:
	+@$(MAKE) --silent O=$(O)/preempt x86_64_debug_defconfig
	+@$(MAKE) O=$(O)/preempt $(O)/preempt/tests/preempt.iso
preempt-here: $(preempt-iso)
	@$(preempt-run) $<
