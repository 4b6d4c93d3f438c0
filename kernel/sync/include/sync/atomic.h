/* SPDX-License-Identifier: MIT */
/*
 * Atomic words. The memory order stands in the name; there is no default.
 *
 *   atomic_u32_*, atomic_u64_*   numbers
 *   atomic_ptr_*                 pointers to anything
 *
 * The wrapping structs keep plain accesses out by type. cas: strong; returns true on success,
 * else writes the value found to *expected. fetch_*: return the value before.
 * seq_cst exists only for Dekker patterns: store or swap, fence, look.
 * Progress: all wait-free (one instruction, or one LL/SC loop on other machines).
 *
 * With CONFIG_EXPLORE every access first offers an interruption (host explorer).
 */
#pragma once

#include <lib/base.h>

struct atomic_u32 {
    uint32_t v;
};

struct atomic_u64 {
    uint64_t v;
};

struct atomic_ptr {
    void *v;
};

#if enabled(CONFIG_EXPLORE)
void atomic_explore_point(void);
#else
static inline void atomic_explore_point(void)
{
}
#endif

#define ATOMIC_BASE_OPS(name, type)                                                                \
    static inline type name##_load_relaxed(const struct name *a)                                   \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_load_n(&a->v, __ATOMIC_RELAXED);                                           \
    }                                                                                              \
    static inline type name##_load_acquire(const struct name *a)                                   \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_load_n(&a->v, __ATOMIC_ACQUIRE);                                           \
    }                                                                                              \
    static inline type name##_load_seq_cst(const struct name *a)                                   \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_load_n(&a->v, __ATOMIC_SEQ_CST);                                           \
    }                                                                                              \
    static inline void name##_store_relaxed(struct name *a, type x)                                \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        __atomic_store_n(&a->v, x, __ATOMIC_RELAXED);                                              \
    }                                                                                              \
    static inline void name##_store_release(struct name *a, type x)                                \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        __atomic_store_n(&a->v, x, __ATOMIC_RELEASE);                                              \
    }                                                                                              \
    static inline type name##_swap_acq_rel(struct name *a, type x)                                 \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_exchange_n(&a->v, x, __ATOMIC_ACQ_REL);                                    \
    }                                                                                              \
    static inline type name##_swap_seq_cst(struct name *a, type x)                                 \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_exchange_n(&a->v, x, __ATOMIC_SEQ_CST);                                    \
    }                                                                                              \
    static inline bool name##_cas_relaxed(struct name *a, type *expected, type x)                  \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_compare_exchange_n(&a->v, expected, x, false, __ATOMIC_RELAXED,            \
                                           __ATOMIC_RELAXED);                                      \
    }                                                                                              \
    static inline bool name##_cas_acquire(struct name *a, type *expected, type x)                  \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_compare_exchange_n(&a->v, expected, x, false, __ATOMIC_ACQUIRE,            \
                                           __ATOMIC_ACQUIRE);                                      \
    }                                                                                              \
    static inline bool name##_cas_acq_rel(struct name *a, type *expected, type x)                  \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_compare_exchange_n(&a->v, expected, x, false, __ATOMIC_ACQ_REL,            \
                                           __ATOMIC_ACQUIRE);                                      \
    }                                                                                              \
    static inline bool name##_cas_seq_cst(struct name *a, type *expected, type x)                  \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_compare_exchange_n(&a->v, expected, x, false, __ATOMIC_SEQ_CST,            \
                                           __ATOMIC_SEQ_CST);                                      \
    }

#define ATOMIC_FETCH_OP(name, type, op, order, ORDER)                                              \
    static inline type name##_fetch_##op##_##order(struct name *a, type x)                         \
    {                                                                                              \
        atomic_explore_point();                                                                    \
        return __atomic_fetch_##op(&a->v, x, __ATOMIC_##ORDER);                                    \
    }

#define ATOMIC_FETCH_OPS(name, type, order, ORDER)                                                 \
    ATOMIC_FETCH_OP(name, type, add, order, ORDER)                                                 \
    ATOMIC_FETCH_OP(name, type, sub, order, ORDER)                                                 \
    ATOMIC_FETCH_OP(name, type, or, order, ORDER)                                                  \
    ATOMIC_FETCH_OP(name, type, and, order, ORDER)

#define ATOMIC_NUMBER_OPS(name, type)                                                              \
    ATOMIC_BASE_OPS(name, type)                                                                    \
    ATOMIC_FETCH_OPS(name, type, relaxed, RELAXED)                                                 \
    ATOMIC_FETCH_OPS(name, type, release, RELEASE)                                                 \
    ATOMIC_FETCH_OPS(name, type, acq_rel, ACQ_REL)                                                 \
    ATOMIC_FETCH_OPS(name, type, seq_cst, SEQ_CST)

ATOMIC_NUMBER_OPS(atomic_u32, uint32_t)
ATOMIC_NUMBER_OPS(atomic_u64, uint64_t)
ATOMIC_BASE_OPS(atomic_ptr, void *)

#undef ATOMIC_BASE_OPS
#undef ATOMIC_FETCH_OP
#undef ATOMIC_FETCH_OPS
#undef ATOMIC_NUMBER_OPS

/* Orders every access before it against every access behind it, on all CPUs. */
static inline void atomic_fence_seq_cst(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
