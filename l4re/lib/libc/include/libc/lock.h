/* SPDX-License-Identifier: MIT */
/*
 * Lock of the C library. All zeroes is a free lock.
 *
 * Free locks cost one atomic instruction. Who has to wait sleeps on a semaphore that is made at
 * the first wait, or, if there is no memory for one, polls every millisecond: taking a lock never
 * fails. No bound is promised; real-time threads keep out of malloc and stdio.
 */
#pragma once

#include <l4/sys/types.h>

struct libc_lock {
    unsigned state;    /* 0 free, 1 held, 2 held and somebody may be waiting */
    l4_cap_idx_t sem;  /* 0: none yet */
    const void *owner; /* of a recursive lock: UTCB of the holder */
    unsigned depth;
};

void libc_lock(struct libc_lock *l);
int libc_trylock(struct libc_lock *l); /* Returns: 1 if it is ours now */
void libc_unlock(struct libc_lock *l);

void libc_lock_recursive(struct libc_lock *l);
int libc_trylock_recursive(struct libc_lock *l);
void libc_unlock_recursive(struct libc_lock *l);
