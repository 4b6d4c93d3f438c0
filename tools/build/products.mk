# SPDX-License-Identifier: MIT
#
# What 'make' makes.
ifdef CONFIG_ARCH_HOST
built-objs := $(all-objs) $(all-tests) $(utest-objs)
all: unit
else
include tools/build/kernel.mk
include tools/build/user.mk
built-objs := $(all-objs) $(user-objs)
all: kernel user
endif

all: $(O)/compile_commands.json
$(O)/compile_commands.json: $(built-objs)
	$(Q)$(PY) tools/build/compile_commands.py $@ $(^:=.json)

# A list names an object, but there is no source for it: make would take the target for done.
sourceless := $(foreach o,$(sort $(built-objs) $(unit-lib-objs)),\
    $(if $(wildcard $(o:$(O)/%.o=%.c) $(o:$(O)/%.o=%.S)),,$o))
$(sourceless):
	@echo "$@: neither $(@:$(O)/%.o=%.c) nor $(@:$(O)/%.o=%.S) is there" >&2; false
