# SPDX-License-Identifier: MIT
#
# One root task per group of metrics; 'make bench ONLY=ipc' boots only that one.
bench-groups := ipc objects memory life latency

# Sources besides guest/<group>.c, and options of the kernel.
bench-more-latency := guest/loads.c guest/crowd.c
bench-args-latency := -kmemsize=131072

lib       := bench
lib-needs := systest l4sys
src-y     := lib/series.c
include tools/build/lib.mk

define bench-program
prog      := bench-$(1)
src-y     := guest/$(1).c $(bench-more-$(1))
libs-y    := bench systest l4sys
prog-addr := 0x240000
include tools/build/prog.mk
endef
$(foreach g,$(bench-groups),$(eval $(call bench-program,$g)))

suites         += bench
lines-of-bench := 'bench/tool|60|$(PY) tests/bench/test_tool.py'
ifndef CONFIG_ARCH_HOST
lines-of-bench += 'bench/repeat|120|$(PY) tests/bench/test_tool.py repeat $(O)/boot/bench-objects.iso'
needs-of-bench := $(O)/boot/bench-objects.iso
endif
