# SPDX-License-Identifier: MIT
test  := ipc
src-y := send.c timeout.c call.c end.c
include tests/run/test.mk
