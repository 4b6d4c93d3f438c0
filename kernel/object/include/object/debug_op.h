/* SPDX-License-Identifier: MIT */
/* What the debugger object asks of the debug room; object declares, kernel/debug defines. */
#pragma once

#include <cap/kcall.h>

/*
 * An operation of our own range (enum L4_stretto_debug_ops). Not linked into release kernels and
 * most unit tests: NULL then. Context: preemptible. Returns: as any operation.
 */
__attribute__((weak)) long debug_op(struct kcall *c, uint32_t op);
