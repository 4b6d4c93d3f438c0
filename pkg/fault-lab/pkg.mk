# SPDX-License-Identifier: MIT
prog   := fault-lab
src-y  := main.c simple.c guess.c hog.c visitor.c
libs-y := l4re
include tools/build/prog.mk

prog   := fault-witness
src-y  := witness.c
libs-y := l4re
include tools/build/prog.mk
