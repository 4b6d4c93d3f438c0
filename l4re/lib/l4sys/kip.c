/* SPDX-License-Identifier: MIT */
#include <l4/sys/kip.h>

l4_kernel_info_t const *l4_global_kip;
