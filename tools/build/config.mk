# SPDX-License-Identifier: MIT
#
# Configuration: Kconfig through kconfiglib, everything generated lies below $(O).
export KCONFIG_CONFIG := $(O)/.config
kconf := $(PY) -m

.PHONY: menuconfig olddefconfig savedefconfig

%_defconfig: conf/kernel/%_defconfig | $(O)/
	$(Q)$(kconf) defconfig --kconfig Kconfig $< >/dev/null
	@echo "  CONFIG  $(O)/.config from $<"

menuconfig olddefconfig: | $(O)/
	$(Q)$(kconf) $@ Kconfig

savedefconfig: | $(O)/
	$(Q)$(kconf) $@ --kconfig Kconfig --out $(O)/defconfig
	@echo "  CONFIG  $(O)/defconfig"

# genconfig rewrites autoconf.h only if it changes, so an idle make stays idle.
$(O)/include/gen/autoconf.h: $(O)/.config Kconfig $(wildcard kernel/*/Kconfig) | $(O)/include/gen/
	$(Q)$(kconf) genconfig --header-path $@ --config-out $(O)/auto.conf Kconfig
	@touch $(O)/auto.conf

$(O)/auto.conf: $(O)/include/gen/autoconf.h ;

# Who names no configuration gets the ordinary one.
$(O)/.config: | $(O)/
	$(Q)$(kconf) defconfig --kconfig Kconfig conf/kernel/x86_64_defconfig >/dev/null
	@echo "  CONFIG  $@ from conf/kernel/x86_64_defconfig"

# These goals need no configuration, and a changed one is not their business.
no-config-goals := %config clean distclean help deps
ifneq ($(filter-out $(no-config-goals),$(or $(MAKECMDGOALS),all)),)
include $(O)/auto.conf
endif

$(O)/:
	@mkdir -p $@
$(O)/%/:
	@mkdir -p $@
.PRECIOUS: $(O)/%/

.PHONY: clean distclean
# Built third-party code stays: it depends on nothing of ours and takes long.
clean:
	rm -rf $(O)/* $(O)/.flags

distclean: clean
	rm -rf $(O) $(THIRD)
