# SPDX-License-Identifier: MIT
#
# 'make check': what can be said without running anything.
.PHONY: check check-layers check-style check-format check-headers
check: check-layers check-style check-format check-headers

check-layers:
	$(Q)$(PY) tools/check/layers.py
check-style:
	$(Q)$(PY) tools/check/style.py

CLANG_FORMAT ?= clang-format
format-files := $(shell git ls-files -co --exclude-standard '*.c' '*.h' 2>/dev/null)
check-format:
	$(Q)printf '%s\n' $(wildcard $(format-files)) | xargs -r -P $$(nproc) -I{} sh -c \
	    '$(CLANG_FORMAT) --dry-run -Werror {} 2>/dev/null || { echo "{}: make format"; exit 1; }' \
	    && echo "format ok"
.PHONY: format
format:
	$(Q)$(CLANG_FORMAT) -i $(wildcard $(format-files))

# Every public header compiles alone, with the include path of its room and nothing before it.
kernel-headers := $(foreach r,$(rooms),$(shell find $r/include $r/$(ARCH)/include -name '*.h' 2>/dev/null))
user-headers   := $(shell find l4re/include -name '*.h' 2>/dev/null)
abi-headers    := $(shell find kernel/abi -name '*.h' 2>/dev/null)
ifndef CONFIG_ARCH_HOST
header-checks  := $(patsubst %,$(O)/check/%.ok,$(kernel-headers) $(abi-headers) $(user-headers))
endif

$(foreach r,$(rooms),$(eval $(patsubst %,$(O)/check/%.ok,$(filter $r/%,$(kernel-headers))): \
    obj-flags := $(cflags-room) $(call incs,$r $(needs-of-$r))))
$(patsubst %,$(O)/check/%.ok,$(abi-headers)): obj-flags := $(cflags-user) -ffreestanding -Ikernel/abi
$(patsubst %,$(O)/check/%.ok,$(user-headers)): obj-flags := $(cflags-user) -Ikernel/abi -Il4re/include \
    $(addprefix -isystem ,$(third-incs-of-c))
$(patsubst %,$(O)/check/%.ok,$(user-headers)): | $(third-done-of-c)

$(O)/check/%.ok: % $(O)/.flags $(O)/include/gen/autoconf.h | $$(@D)/
	$(Q)$(CC) $(obj-flags) -Werror -fsyntax-only -MT $@ -MF $(@:.ok=.d) -include $< -x c /dev/null
	@touch $@
-include $(header-checks:.ok=.d)

check-headers: $(header-checks)
	@echo "headers ok: $(words $(header-checks)) compile alone"
