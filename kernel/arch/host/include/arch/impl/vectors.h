/* SPDX-License-Identifier: MIT */
/* Trap numbers of the amd64 ABI: those of x86-64. */
#pragma once

#include "../../../../x86_64/include/arch/impl/vectors.h"
