# SPDX-License-Identifier: MIT
test  := irq
src-y := irq.c icu.c semaphore.c
include tests/run/test.mk
