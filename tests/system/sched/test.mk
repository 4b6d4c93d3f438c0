# SPDX-License-Identifier: MIT
test  := sched
src-y := sched.c donate.c
include tests/run/test.mk
