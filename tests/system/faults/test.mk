# SPDX-License-Identifier: MIT
test  := faults
src-y := page.c exception.c
include tests/run/test.mk
