# SPDX-License-Identifier: MIT
#
# Instruments: 'make irqoff' counts instructions with interrupts off while guests run.
HOST_CC ?= gcc

# The header of QEMU's plugin interface comes with QEMU's sources only.
qemu-version := 1:7.2+dfsg-7+deb12u18
qemu-tar     := qemu_7.2+dfsg.orig.tar.xz
qemu-sum     := 91aca71520040edc40b8d437aa3004dae614f58e286cf653ee8996c07af2962f
qemu-header  := $(THIRD)/qemu-plugin/qemu-plugin.h

# Several makes may come at once: one fetches, the others wait for it.
$(qemu-header): | $$(@D)/
	$(call say,THIRD,$@)
	$(Q)exec 9>$(@D).lock && flock 9 && { test -e $@ || { \
	    $(PY) tools/third/fetch.py --package qemu --version '$(qemu-version)' --kind source \
	        --dest $(THIRD)/src --state $(THIRD)/apt $(qemu-tar):$(qemu-sum) && \
	    tar -xJOf $(THIRD)/src/$(qemu-tar) --wildcards '*/include/qemu/qemu-plugin.h' > $@.part && \
	    mv $@.part $@; }; }
$(THIRD)/%/:
	@mkdir -p $@

# The plugin is a program of the machine that builds, whatever the kernel is built for.
plugin     := $(O)/instruments/irqoff.so
plugin-src := $(wildcard tools/qemu-plugin/*.c)
plugin-hdr := $(wildcard tools/qemu-plugin/*.h)
$(plugin): $(plugin-src) $(plugin-hdr) $(qemu-header) tools/build/instruments.mk | $$(@D)/
	$(call say,HOSTLD,$@)
	$(Q)$(HOST_CC) -std=gnu17 -O2 -g $(warn) -fPIC -shared -fvisibility=hidden \
	    -isystem $(dir $(qemu-header)) -o $@ $(plugin-src) -lpthread

# A guest whose stretches are known: what the plugin counts must be that.
plugin-guest := $(O)/instruments/guest.elf
$(plugin-guest): tools/qemu-plugin/test/guest.S tools/qemu-plugin/test/guest.ld | $$(@D)/
	$(Q)$(HOST_CC) -m64 -c -o $@.o $<
	$(Q)$(LD) -m elf_x86_64 -static -nostdlib -z max-page-size=4096 -z noexecstack \
	    --no-warn-rwx-segments -T $(<:.S=.ld) -o $@ $@.o

ifndef CONFIG_ARCH_HOST
suites               += instruments
lines-of-instruments := 'instruments/irqoff|60|$(PY) tools/qemu-plugin/test/check.py --plugin $(plugin) --guest $(plugin-guest) --out $(O)/instruments/test' \
                        'instruments/stack-depth|60|$(PY) tools/stack-depth/test/check.py'
needs-of-instruments := $(plugin) $(plugin-guest)
endif

# make irqoff S=clntsrv          one scenario
# make irqoff SUITE=system,chain the images of these suites and tests, summed up
# IRQOFF='--top 20 --all-steps'  what tools/irqoff/irqoff.py offers
irqoff-images = $(if $(SUITE),$(test-images),$(O)/boot/$(S).iso)
.PHONY: irqoff
irqoff: $(plugin) $$(irqoff-images)
	$(if $(CONFIG_DEBUG),@echo 'note: the limits are for a kernel without CONFIG_DEBUG')
	@$(PY) tools/irqoff/irqoff.py --kernel $(kernel) --plugin $(plugin) --machine $(MACHINE) \
	    --out $(O)/instruments/irqoff $(IRQOFF) $(irqoff-images)

# make stack-depth: the deepest kernel stack, from the call graph that gcc writes next to objects.
# The objects are made in a folder of their own, with the configuration of this one.
.PHONY: stack-depth stack-depth-here
ifndef CONFIG_ARCH_HOST
stack-depth: $(O)/.config | $(O)/stack/
	@cmp -s $< $(O)/stack/.config || cp $< $(O)/stack/.config
	+@$(MAKE) --silent O=$(O)/stack CC='$(HOST_CC) -fcallgraph-info=su' stack-depth-here
else
stack-depth:
	@echo "the host configuration has other stacks: use another O=" >&2; exit 2
endif

stack-depth-here: $(all-objs)
	@$(PY) tools/stack-depth/stack_depth.py --table tools/stack-depth/$(ARCH).txt \
	    --offsets $(O)/include/gen/asm-offsets.h --size $$(( $(CONFIG_KSTACK_PAGES) * 4096 )) \
	    $(patsubst %.o,%.ci,$(filter $(patsubst %.c,$(O)/%.o,$(wildcard $(patsubst $(O)/%.o,%.c,$(all-objs)))),$(all-objs)))
