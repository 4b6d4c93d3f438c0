# SPDX-License-Identifier: MIT
#
# Collect one scenario test: an entry of conf/modules.list, booted through GRUB, whose console and
# exit code must be as expected. Clears its variables. Names of entries are unique in all lists.
#
#   test          := clntsrv                      the entry
#   test-list     := modules.list                 the list with the entry (default conf/modules.list)
#   test-expect   := expect                       file here: one pattern per line, in this order
#   test-list     := conf/modules.list            the list with the entry, if it is another one; files
#                                                 are then looked for in its folder, too
#   test-exit     := 0                            exit code of the scenario (default 0)
#   test-machines := qemu-x86_64                  files of conf/machine (default: BIOS and UEFI)
#   test-seconds  := 60                           after so long it hangs (default 60)
#   include tests/run/scenario.mk
here := $(patsubst %/,%,$(dir $(fragment)))
scenarios                 += $(test)
expect-of-$(test)         := $(here)/$(or $(test-expect),expect)
list-of-$(test)           := $(test-list)
list-of-$(test)           := $(test-list)
exit-of-$(test)           := $(or $(test-exit),0)
machines-of-$(test)       := $(or $(test-machines),qemu-x86_64 qemu-x86_64-uefi)
scenario-seconds-of-$(test) := $(or $(test-seconds),60)

test :=
test-list :=
test-expect :=
test-exit :=
test-list :=
test-machines :=
test-seconds :=
