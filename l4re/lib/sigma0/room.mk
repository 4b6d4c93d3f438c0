# SPDX-License-Identifier: MIT
lib       := sigma0
lib-needs := l4sys
src-y     := sigma0.c
include tools/build/lib.mk
