# SPDX-License-Identifier: MIT
room        := kernel/abi
room-layer  := 0
include tools/build/room.mk
