# SPDX-License-Identifier: MIT
prog   := latency
src-y  := main.c probe.c load.c clock.c stats.c
libs-y := l4re
host-y := stats.c
test-y := test/test_stats.c
include tools/build/prog.mk
