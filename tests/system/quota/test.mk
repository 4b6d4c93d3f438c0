# SPDX-License-Identifier: MIT
test  := quota
src-y := factory.c quota.c
include tests/run/test.mk
