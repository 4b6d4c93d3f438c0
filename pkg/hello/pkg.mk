# SPDX-License-Identifier: MIT
prog   := hello
src-y  := main.c
libs-y := l4re
include tools/build/prog.mk
