# SPDX-License-Identifier: MIT
#
# The kernel image, $(O)/stretto.elf: all rooms' objects, placed by kernel/arch/<arch>/kernel.ld.
kernel     := $(O)/stretto.elf
kernel-lds := $(O)/kernel/arch/$(ARCH)/kernel.lds

ldflags-kernel := -m elf_x86_64 -static -nostdlib -no-pie -z max-page-size=4096 -z noexecstack \
                  --build-id=sha1 --orphan-handling=error --fatal-warnings

# The script passes the preprocessor, so it may use CONFIG_ and the constants of the rooms.
$(kernel-lds): kernel/arch/$(ARCH)/kernel.ld $(O)/.flags $(O)/include/gen/autoconf.h | $$(@D)/
	$(Q)$(CC) -E -P -undef -x assembler-with-cpp -D__ASSEMBLY__=1 -DLINKER_SCRIPT=1 \
	    -include $(O)/include/gen/autoconf.h -I$(O)/include $(call incs,kernel/arch kernel/abi) \
	    -MMD -MP -MT $@ -MF $(@:.lds=.d) -o $@ $<
-include $(kernel-lds:.lds=.d)

# A file that leaves a list must relink as well; no timestamp says so, hence a stamp of the list.
$(kernel).list: FORCE
	$(call stamp,'$(all-objs) $(ldflags-kernel)')

# The check runs on the file before it gets its name: a bad kernel is never seen by anybody.
$(kernel): $(all-objs) $(kernel-lds) $(kernel).list tools/check/elf.py
	$(call say,LD,$@)
	$(Q)$(LD) $(ldflags-kernel) -T $(kernel-lds) -Map $@.map -o $@.tmp $(filter %.o,$^)
	$(Q)$(PY) tools/check/elf.py --kernel $@.tmp
	@mv $@.tmp $@

.PHONY: kernel
kernel: $(kernel)
