# SPDX-License-Identifier: MIT
prog   := chain-stage
src-y  := stage.c chain.c
libs-y := l4re
include tools/build/prog.mk

prog   := chain-source
src-y  := source.c chain.c
libs-y := l4re
include tools/build/prog.mk
