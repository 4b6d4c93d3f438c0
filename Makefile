# SPDX-License-Identifier: MIT
#
# Top of the build: one make, one graph. Folders only contribute lists (room.mk, pkg.mk, test.mk);
# the rules are in tools/build/. 'make help' lists the targets, tools/README.md tells how it works.
MAKEFLAGS += -rR --no-print-directory
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDEXPANSION:
.PHONY: FORCE all

O  ?= build
PY ?= /usr/bin/python3
LD := ld
AR := ar
ifeq ($(origin CC),default)
CC := gcc
endif
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n' $(1) '$(2:$(O)/%=%)')
override O := $(O:%/=%)

all:

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
ifdef CONFIG_ARCH
include $(sort $(wildcard kernel/*/room.mk))
include $(sort $(wildcard pkg/third/*/third.mk))
include $(sort $(wildcard l4re/*/room.mk l4re/*/*/room.mk pkg/*/pkg.mk tests/system/lib/room.mk))
include $(sort $(wildcard tests/system/*/test.mk))
include tools/build/compile.mk
include tools/build/unit.mk
include tools/build/products.mk
endif
include tools/build/help.mk
