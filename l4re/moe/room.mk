# SPDX-License-Identifier: MIT
prog      := moe
prog-addr := 0x240000
src-y     := start.S main.c boot.c init.c libc.c object.c ds.c ds_proto.c rm.c ns.c log.c sched.c \
             factory.c pages.c heap.c quota.c regions.c names.c options.c
libs-y    := l4re-loader l4re-server l4re-core proto sigma0 l4sys c
host-y    := pages.c heap.c quota.c regions.c names.c options.c
test-y    := test/test_pages.c test/test_regions.c test/test_names.c test/test_options.c
include tools/build/prog.mk
