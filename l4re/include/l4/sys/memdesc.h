/* SPDX-License-Identifier: MIT */
/*
 * Memory descriptors of the kernel info page under the name programs look for them. They are
 * part of the ABI, so kernel and user share their definition.
 */
#pragma once

#include <l4/sys/kip_layout.h>
