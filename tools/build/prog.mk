# SPDX-License-Identifier: MIT
#
# Collect one program and clear its variables.
#
#   prog       := hello          the name: $(O)/bin/hello
#   src-y      := main.c         sources, in the folder of this fragment
#   libs-y     := l4re libc      libraries; what these need is added
#   prog-addr  := 0x100000       link address, if it is not an ordinary program
#   include tools/build/prog.mk
#
# A folder may hold several programs: one block per program.
here := $(patsubst %/,%,$(dir $(lastword $(filter-out tools/build/% %/auto.conf,$(MAKEFILE_LIST)))))

progs                 += $(prog)
dir-of-prog-$(prog)   := $(here)
addr-of-prog-$(prog)  := $(or $(prog-addr),0x1000000)
unit-objs-of-prog-$(prog)  := $(patsubst %,$(O)/$(here)/%.o,$(basename $(src-y)))

user-objs += $(unit-objs-of-prog-$(prog))
$(unit-objs-of-prog-$(prog)): $(lastword $(filter-out tools/build/%,$(MAKEFILE_LIST)))
lib-needs-of-prog-$(prog) := $(libs-y)
lib-incs-of-prog-$(prog)  := $(addprefix -I,$(wildcard $(here)/include))

include tools/build/user-clear.mk
