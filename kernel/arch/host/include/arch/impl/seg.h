/* SPDX-License-Identifier: MIT */
/* Selectors, flags and addresses as the amd64 ABI shows them to user mode: those of x86-64. */
#pragma once

#include "../../../../x86_64/include/arch/impl/seg.h"
