/* SPDX-License-Identifier: MIT */
/*
 * The user frame. The host speaks the amd64 ABI, so its frame has the words of x86-64. `ip` is
 * the address of a host function (or of the place where user mode was left), `sp` its argument;
 * see arch/host/user.h.
 */
#pragma once

#include "../../../../x86_64/include/arch/impl/frame.h"
