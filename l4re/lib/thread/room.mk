# SPDX-License-Identifier: MIT
#
# What a program links: this library, and with it everything a program usually needs.
lib       := l4re
lib-needs := l4re-start l4re-libc l4re-core l4re-server l4re-loader l4sys c
src-y     := thread.c
include tools/build/lib.mk
