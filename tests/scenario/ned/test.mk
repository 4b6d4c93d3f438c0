# SPDX-License-Identifier: MIT
#
# ned on a real system: the whole package L4, and commands from another task.
prog   := test-ned-command
src-y  := command.c
libs-y := l4re
include tools/build/prog.mk

test          := ned-api
test-list     := tests/scenario/ned/modules.list
test-expect   := api.expect
test-machines := qemu-x86_64
include tests/run/scenario.mk

test          := ned-commands
test-list     := tests/scenario/ned/modules.list
test-expect   := commands.expect
test-machines := qemu-x86_64
include tests/run/scenario.mk
