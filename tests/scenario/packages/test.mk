# SPDX-License-Identifier: MIT
#
# Every package of its own scenario: it must say what its README promises.
test        := hello
test-expect := hello.expect
include tests/run/scenario.mk

test        := clntsrv
test-expect := clntsrv.expect
include tests/run/scenario.mk

test        := chain
test-expect := chain.expect
include tests/run/scenario.mk

test        := fault-lab
test-expect := fault-lab.expect
include tests/run/scenario.mk

test          := latency
test-expect   := latency.expect
test-machines := qemu-x86_64
include tests/run/scenario.mk
