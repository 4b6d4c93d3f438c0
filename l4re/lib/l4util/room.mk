# SPDX-License-Identifier: MIT
lib       := l4util
lib-needs := l4sys
src-y     := base64.c parse_cmd.c port_io.c rand.c rdtsc.c thread.c
host-y    := base64.c parse_cmd.c rand.c rdtsc.c
test-y    := test/test_bits.c test/test_parse_cmd.c test/test_util.c
include tools/build/lib.mk
