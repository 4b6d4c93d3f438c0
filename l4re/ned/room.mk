# SPDX-License-Identifier: MIT
prog   := ned
src-y  := main.c options.c script.c command.c report.c app.c fault.c \
          lua_cap.c lua_objects.c lua_app.c sys_l4re.c prelude.S
libs-y := l4re lua m
host-y := fault.c options.c
test-y := test/test_pure.c
include tools/build/prog.mk

# The compiler does not report what .incbin reads.
$(O)/l4re/ned/prelude.o: l4re/ned/prelude.lua
