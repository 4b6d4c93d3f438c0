# SPDX-License-Identifier: MIT
lib := proto
include tools/build/lib.mk
