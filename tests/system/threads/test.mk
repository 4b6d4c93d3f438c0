# SPDX-License-Identifier: MIT
test  := threads
src-y := control.c gates.c senders.c
include tests/run/test.mk
