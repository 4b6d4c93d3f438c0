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
