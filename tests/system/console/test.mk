# SPDX-License-Identifier: MIT
test  := console
src-y := vcon.c debugger.c
include tests/run/test.mk
