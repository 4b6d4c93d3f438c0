# SPDX-License-Identifier: MIT
prog   := clntsrv-server
src-y  := server.c
libs-y := l4re
include tools/build/prog.mk

prog   := clntsrv-client
src-y  := client.c
libs-y := l4re
include tools/build/prog.mk
