# SPDX-License-Identifier: MIT
#
# Collect one program and clear its variables.
#
#   prog       := hello          the name: $(O)/bin/hello
#   src-y      := main.c         sources, in the folder of this fragment
#   libs-y     := l4re libc      libraries; what these need is added
#   prog-addr  := 0x100000       link address, if it is not an ordinary program
#   host-y, test-y              as in lib.mk: what can be tested on the host, and the tests
#   include tools/build/prog.mk
#
# A folder may hold several programs: one block per program.
here := $(patsubst %/,%,$(dir $(fragment)))

progs                 += $(prog)
addr-of-prog-$(prog)  := $(or $(prog-addr),0x1000000)
unit-objs-of-prog-$(prog)  := $(patsubst %,$(O)/$(here)/%.o,$(basename $(src-y)))

host-objs-of-prog-$(prog)  := $(patsubst %,$(O)/$(here)/%.o,$(basename $(host-y)))
host-tests-of-prog-$(prog) := $(patsubst %,$(O)/$(here)/%.o,$(basename $(test-y)))
dir-of-prog-$(prog)        := $(here)

user-objs += $(unit-objs-of-prog-$(prog))
$(unit-objs-of-prog-$(prog)) $(host-objs-of-prog-$(prog)) $(host-tests-of-prog-$(prog)): $(fragment)
lib-needs-of-prog-$(prog) := $(libs-y)
lib-incs-of-prog-$(prog)  := $(addprefix -I,$(wildcard $(here)/include))

include tools/build/user-clear.mk
