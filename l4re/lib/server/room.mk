# SPDX-License-Identifier: MIT
lib       := l4re-server
lib-needs := l4re-core l4sys c
src-y     := server.c
include tools/build/lib.mk
