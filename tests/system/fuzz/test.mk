# SPDX-License-Identifier: MIT
test  := fuzz
src-y := fuzz.c
include tests/run/test.mk
