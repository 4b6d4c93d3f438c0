/* SPDX-License-Identifier: MIT */
/* Failure injection: let the n-th allocation from now fail, once (CONFIG_FAIL_ALLOC). */
#pragma once

#include <lib/base.h>

/* 0: never; 1: the next one. */
void fail_alloc_after(uint32_t n);

/* Should this allocation fail? Constant false without the option. */
#if enabled(CONFIG_FAIL_ALLOC)
bool fail_alloc(void);
#else
static inline bool fail_alloc(void)
{
    return false;
}
#endif
