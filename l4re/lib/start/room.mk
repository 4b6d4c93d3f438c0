# SPDX-License-Identifier: MIT
lib       := l4re-start
lib-needs := l4re-core l4sys c
src-y     := crt0.S start.c tls.c
include tools/build/lib.mk
