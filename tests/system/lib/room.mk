# SPDX-License-Identifier: MIT
lib       := systest
lib-needs := l4sys sigma0
lib-wants := _start
src-y     := start.S main.c check.c say.c objects.c worker.c task.c letter.c probe.c memory.c kernel.c string.c
include tools/build/lib.mk
