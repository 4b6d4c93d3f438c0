# SPDX-License-Identifier: MIT
#
# Top of the build: one make, one graph. Folders only contribute lists (room.mk, pkg.mk, test.mk);
# the rules are in tools/build/. 'make help' lists the targets, tools/README.md tells how it works.
# A make that this one calls inherits the flags; adding them again would land behind its variables.
ifeq ($(MAKELEVEL),0)
parallel  := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
MAKEFLAGS += -rR --no-print-directory $(parallel)
endif
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDEXPANSION:
.PHONY: FORCE all

O  ?= build
PY ?= /usr/bin/python3
LD := ld
AR := ar
ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n' $(1) '$(2:$(O)/%=%)')
override O := $(O:%/=%)

all:

include tools/build/deps.mk
include tools/build/config.mk
include tools/build/flags.mk

# Accumulators are born with ':='. A '+=' on an unset variable would be recursive and would
# expand after the variables of the room are gone.
rooms     :=
libs      :=
progs     :=
user-objs :=
thirds    :=
third-libs :=
all-objs  :=
all-tests :=
all-offsets :=
systests  :=
scenarios :=
suites    :=
obj-y     :=
test-y    :=
src-y     :=

# The fragment that is being read: the last file that is no rule of ours.
fragment = $(lastword $(filter-out tools/build/% tests/run/%,$(MAKEFILE_LIST)))

ifdef CONFIG_ARCH
include $(sort $(wildcard kernel/*/room.mk))
include $(sort $(wildcard pkg/third/*/third.mk))
include $(sort $(wildcard l4re/*/room.mk l4re/*/*/room.mk pkg/*/pkg.mk tests/system/lib/room.mk))
include $(sort $(wildcard tests/system/*/test.mk tests/scenario/*/test.mk tests/*/suite.mk))
include tools/build/compile.mk
include tools/build/unit.mk
include tools/build/products.mk
include tools/build/boot.mk
include tools/build/instruments.mk
include tools/build/test.mk
include tools/build/bench.mk
include tools/build/preempt.mk
include tools/build/check.mk
endif
include tools/build/help.mk
