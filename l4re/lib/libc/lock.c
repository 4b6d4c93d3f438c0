/* SPDX-License-Identifier: MIT */
/*
 * See <libc/lock.h>, and the names newlib calls its locks by.
 *
 * A waiter marks the lock (state 2) and sleeps for a bounded time; the holder that finds the mark
 * raises the semaphore. A wake-up too many or one lost costs a round of the loop, nothing else.
 */
#include <stdlib.h>
#include <sys/lock.h>

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/utcb.h>
#include <libc/lock.h>

enum {
    WAIT_US = 100000,
    POLL_MS = 1,
};

/* The lock's semaphore, made on first use. Returns: 0 if it cannot be made. */
static l4_cap_idx_t lock_sem(struct libc_lock *l)
{
    l4_cap_idx_t none = 0;
    l4_cap_idx_t sem = __atomic_load_n(&l->sem, __ATOMIC_ACQUIRE);

    if (sem)
        return sem;
    sem = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(sem))
        return 0;
    if (l4_error(l4_factory_create_semaphore(l4re_global_env->factory, sem)) < 0) {
        l4re_util_cap_free(sem);
        return 0;
    }
    if (__atomic_compare_exchange_n(&l->sem, &none, sem, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return sem;
    l4re_util_cap_free_um(sem); /* another waiter was first */
    return none;
}

static void lock_wait(struct libc_lock *l)
{
    l4_cap_idx_t sem = lock_sem(l);

    if (sem)
        l4_semaphore_down(sem, l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(WAIT_US)));
    else
        l4_ipc_sleep_ms(POLL_MS);
}

int libc_trylock(struct libc_lock *l)
{
    unsigned is_free = 0;

    return __atomic_compare_exchange_n(&l->state, &is_free, 1, 0, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

void libc_lock(struct libc_lock *l)
{
    if (libc_trylock(l))
        return;
    while (__atomic_exchange_n(&l->state, 2, __ATOMIC_ACQUIRE))
        lock_wait(l);
}

void libc_unlock(struct libc_lock *l)
{
    l4_cap_idx_t sem;

    if (__atomic_exchange_n(&l->state, 0, __ATOMIC_RELEASE) != 2)
        return;
    sem = __atomic_load_n(&l->sem, __ATOMIC_ACQUIRE);
    if (sem)
        l4_semaphore_up(sem);
}

static int lock_again(struct libc_lock *l)
{
    if (__atomic_load_n(&l->owner, __ATOMIC_RELAXED) != l4_utcb())
        return 0;
    l->depth++;
    return 1;
}

static void lock_own(struct libc_lock *l)
{
    __atomic_store_n(&l->owner, l4_utcb(), __ATOMIC_RELAXED);
    l->depth = 1;
}

void libc_lock_recursive(struct libc_lock *l)
{
    if (lock_again(l))
        return;
    libc_lock(l);
    lock_own(l);
}

int libc_trylock_recursive(struct libc_lock *l)
{
    if (lock_again(l))
        return 1;
    if (!libc_trylock(l))
        return 0;
    lock_own(l);
    return 1;
}

void libc_unlock_recursive(struct libc_lock *l)
{
    if (--l->depth)
        return;
    __atomic_store_n(&l->owner, NULL, __ATOMIC_RELAXED);
    libc_unlock(l);
}

/* ---- newlib's names --------------------------------------------------------------------- */

struct __lock {
    struct libc_lock l;
};

struct __lock __lock___sinit_recursive_mutex, __lock___sfp_recursive_mutex,
    __lock___atexit_recursive_mutex, __lock___at_quick_exit_mutex, __lock___malloc_recursive_mutex,
    __lock___env_recursive_mutex, __lock___tz_mutex, __lock___dd_hash_mutex,
    __lock___arc4random_mutex;

/* A lock of a stream, made on demand; sharing one if there is no memory is safe but slow. */
static struct __lock lock_shared;

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    *lock = calloc(1, sizeof(**lock));
    if (!*lock)
        *lock = &lock_shared;
}

void __retarget_lock_init(_LOCK_T *lock)
{
    __retarget_lock_init_recursive(lock);
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    if (lock == &lock_shared)
        return;
    if (lock->l.sem)
        l4re_util_cap_free_um(lock->l.sem);
    free(lock);
}

void __retarget_lock_close(_LOCK_T lock)
{
    __retarget_lock_close_recursive(lock);
}

void __retarget_lock_acquire(_LOCK_T lock)
{
    libc_lock(&lock->l);
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    libc_lock_recursive(&lock->l);
}

int __retarget_lock_try_acquire(_LOCK_T lock)
{
    return libc_trylock(&lock->l);
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    return libc_trylock_recursive(&lock->l);
}

void __retarget_lock_release(_LOCK_T lock)
{
    libc_unlock(&lock->l);
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
    libc_unlock_recursive(&lock->l);
}
