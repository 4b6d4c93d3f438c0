# SPDX-License-Identifier: MIT
prog   := ned
src-y  := main.c options.c script.c command.c report.c app.c fault.c \
          lua_cap.c lua_objects.c lua_app.c sys_l4re.c prelude.S
libs-y := l4re lua m
# On the host: all but main() and the file that talks to L4, which test/sys_mock.c stands in for.
host-y := options.c script.c command.c report.c app.c fault.c \
          lua_cap.c lua_objects.c lua_app.c prelude.S
test-y := test/test_pure.c test/test_binding.c test/sys_mock.c test/texts.S
include tools/build/prog.mk

# The compiler does not report what .incbin reads.
$(O)/l4re/ned/prelude.o: l4re/ned/prelude.lua
$(O)/l4re/ned/test/texts.o: l4re/ned/test/test_prelude.lua
