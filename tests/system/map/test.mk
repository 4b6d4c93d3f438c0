# SPDX-License-Identifier: MIT
test  := map
src-y := memory.c objects.c tree.c task_ops.c ports.c
include tests/run/test.mk
