# SPDX-License-Identifier: MIT
#
# 'make test': everything, or the suites and tests named in SUITE, separated by commas.
#
# A suite of another kind is a file tests/<name>/suite.mk that says
#
#   suites             += model
#   lines-of-model     := 'model/mbox|300|tests/model/run.py mbox' ...      name|seconds|command
#   needs-of-model     :=                              files to make before
wanted  := $(subst $(comma), ,$(or $(SUITE),unit rules system scenario $(suites)))
known   := unit rules system scenario $(suites) $(systests) $(scenarios)
ifneq ($(filter-out $(known),$(wanted)),)
ifneq ($(filter test,$(MAKECMDGOALS)),)
$(error no suite or test $(filter-out $(known),$(wanted)); there are: $(known))
endif
endif

# A test for the runner is a line: name, seconds, command.
guest     = $(PY) tests/run/guest.py
no-guests := $(if $(CONFIG_ARCH_HOST),yes)

run-systests  := $(if $(no-guests),,$(if $(filter system,$(wanted)),$(systests),$(filter $(systests),$(wanted))))
run-scenarios := $(if $(no-guests),,$(if $(filter scenario,$(wanted)),$(scenarios),$(filter $(scenarios),$(wanted))))

lines := $(if $(filter rules,$(wanted)),'rules|300|$(PY) tests/rules/run.py $(CC)')
lines += $(foreach t,$(run-systests),$(foreach n,$(cpus-of-$t),\
    'system/$t$(if $(filter-out 1,$n),/$n-cpus)|0|$(guest) --cpus $n --seconds $(seconds-of-$t) $(O)/tests/$t.iso'))
lines += $(foreach t,$(run-scenarios),$(foreach m,$(machines-of-$t),\
    'scenario/$t/$m|0|$(guest) --machine $m --seconds $(scenario-seconds-of-$t) --expect $(expect-of-$t) --exit $(exit-of-$t) $(O)/boot/$t.iso'))
lines += $(foreach s,$(filter $(suites),$(wanted)),$(lines-of-$s))

.PHONY: test unit-programs
test-images  := $(foreach t,$(run-systests),$(O)/tests/$t.iso) $(foreach t,$(run-scenarios),$(O)/boot/$t.iso)

$(O)/tests.list: FORCE
	$(call stamp,$(or $(strip $(lines)),''))

ifneq ($(filter unit,$(wanted)),)
ifdef CONFIG_ARCH_HOST
unit-programs: unit
unit-list := $(O)/unit.list
else
# The unit tests are made by the host configuration, in a build folder of its own.
unit-programs:
	+@$(MAKE) --silent O=$(O)/host host_defconfig
	+@$(MAKE) O=$(O)/host ROOMS='$(ROOMS)' unit
unit-list := $(O)/host/unit.list
endif
test: unit-programs
endif

define systest-image
$(O)/tests/$(1).iso: $(kernel) $(O)/bin/sigma0 $(tasks-of-$(1)) $(image-py) tools/boot/modlist.py | $$$$(@D)/
	$$(call say,ISO,$$@)
	$(Q)$(PY) $(image-py) --path . --path / --out $$@ --kernel $(kernel) --kernel-args=-qemu-exit-on-panic \
	    $(foreach m,$(O)/bin/sigma0 $(tasks-of-$(1)),--module $m)
endef
$(foreach t,$(systests),$(eval $(call systest-image,$t)))

test: $(O)/tests.list $(test-images) $(foreach s,$(filter $(suites),$(wanted)),$(needs-of-$s))
	@$(PY) tests/run/summary.py $(if $(filter 1,$(V)),--verbose) $(unit-list) $(O)/tests.list
