# SPDX-License-Identifier: MIT
#
# Collect one system test, a root task of its own that speaks TAP, and clear its variables.
#
#   test         := ipc             the name; SUITE=ipc runs it alone
#   src-y        := send.c call.c   sources, in the folder of this fragment
#   test-libs    := systest l4sys   libraries (this is the default)
#   test-cpus    := 1 4             numbers of processors (default 1); more than 1 needs CONFIG_MP
#   test-seconds := 60              after so long it hangs (default 60)
#   test-tasks   :=                 instead of src-y: root task and further modules, ready made
#   include tests/run/test.mk
systests              += $(test)
cpus-of-$(test)       := $(if $(CONFIG_MP),$(or $(test-cpus),1),1)
seconds-of-$(test)    := $(or $(test-seconds),60)
tasks-of-$(test)      := $(or $(test-tasks),$(O)/bin/test-$(test))

ifneq ($(test-tasks),)
include tools/build/user-clear.mk
else
prog      := test-$(test)
libs-y    := $(or $(test-libs),systest l4sys)
prog-addr := 0x240000
include tools/build/prog.mk
endif

test :=
test-cpus :=
test-seconds :=
test-tasks :=
test-libs :=
