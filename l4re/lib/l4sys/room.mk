# SPDX-License-Identifier: MIT
lib    := l4sys
src-y  := kip.c
host-y := kip.c
test-y := test/test_fpage.c test/test_timeout.c test/test_tag.c
include tools/build/lib.mk
