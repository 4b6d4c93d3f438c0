# SPDX-License-Identifier: MIT
#
# Forget the variables of a fragment, so that nothing leaks into the next one.
lib :=
lib-needs :=
lib-wants :=
prog :=
prog-addr :=
libs-y :=
src-y :=
src- :=
host-y :=
test-y :=
