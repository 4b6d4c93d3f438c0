# SPDX-License-Identifier: MIT
#
# Collect one library of the runtime, or of a package, and clear its variables.
#
#   lib        := l4re                  the name: $(O)/lib/libl4re.a
#   lib-needs  := l4sys libc            libraries that it calls or whose headers it includes
#   lib-wants  := __malloc_lock         symbols that must come from here, where newlib has a default
#   src-y      := env.c rm.c start.S    sources, in the folder of this fragment
#   host-y     := tree.c                sources that the host unit tests link
#   test-y     := test/test_tree.c      host unit tests
#   include tools/build/lib.mk
#
# Public headers are in l4re/include; a folder <here>/include is offered to who needs the library.
here := $(patsubst %/,%,$(dir $(fragment)))

libs                 += $(lib)
dir-of-$(lib)        := $(here)
lib-needs-of-$(lib)  := $(lib-needs)
unit-objs-of-$(lib)  := $(patsubst %,$(O)/$(here)/%.o,$(basename $(src-y)))
lib-wants-of-$(lib)  := $(lib-wants)
lib-incs-of-$(lib)   := $(addprefix -I,$(wildcard $(here)/include))
host-objs-of-$(lib)  := $(patsubst %,$(O)/$(here)/%.o,$(basename $(host-y)))
host-tests-of-$(lib) := $(patsubst %,$(O)/$(here)/%.o,$(basename $(test-y)))

user-objs += $(unit-objs-of-$(lib))
$(unit-objs-of-$(lib)) $(host-objs-of-$(lib)) $(host-tests-of-$(lib)): $(fragment)

include tools/build/user-clear.mk
