/* SPDX-License-Identifier: MIT */
/*
 * Capability slots: a bitmap over the indices [first_free_cap, first_free_cap + SLOTS).
 *
 * A set bit is a slot in use. Bits change by atomic or/and, so threads need no lock; a hint says
 * where to look first. The hint is only a guess: any value is correct.
 */
#include <stdint.h>

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/sys/task.h>

enum {
    SLOTS = 1 << 18, /* a quarter of what the kernel has; the bitmap is touched as it is used */
    WORD_BITS = 64,
    WORDS = SLOTS / WORD_BITS,
};

static uint64_t slot_used[WORDS];
static unsigned slot_hint;

static l4_umword_t first_index(void)
{
    return l4re_global_env ? l4re_global_env->first_free_cap : L4RE_CAP_IDX_FIRST_FREE;
}

/* Take the lowest free bit of a word. Returns: its number, or WORD_BITS if there is none. */
static unsigned word_take(uint64_t *w)
{
    uint64_t old = __atomic_load_n(w, __ATOMIC_RELAXED);

    while (~old) {
        unsigned bit = (unsigned)__builtin_ctzll(~old);
        uint64_t seen = __atomic_fetch_or(w, 1ULL << bit, __ATOMIC_ACQUIRE);

        if (!(seen >> bit & 1))
            return bit;
        old = seen;
    }
    return WORD_BITS;
}

l4_cap_idx_t l4re_util_cap_alloc(void)
{
    unsigned start = __atomic_load_n(&slot_hint, __ATOMIC_RELAXED);

    for (unsigned i = 0; i < WORDS; i++) {
        unsigned w = (start + i) % WORDS;
        unsigned bit = word_take(&slot_used[w]);

        if (bit < WORD_BITS) {
            __atomic_store_n(&slot_hint, w, __ATOMIC_RELAXED);
            return (first_index() + w * WORD_BITS + bit) << L4_CAP_SHIFT;
        }
    }
    return L4_INVALID_CAP;
}

void l4re_util_cap_free(l4_cap_idx_t cap)
{
    l4_umword_t i = (cap >> L4_CAP_SHIFT) - first_index();

    if (l4_is_invalid_cap(cap) || i >= SLOTS)
        return;
    __atomic_fetch_and(&slot_used[i / WORD_BITS], ~(1ULL << i % WORD_BITS), __ATOMIC_RELEASE);
    if (i / WORD_BITS < __atomic_load_n(&slot_hint, __ATOMIC_RELAXED))
        __atomic_store_n(&slot_hint, (unsigned)(i / WORD_BITS), __ATOMIC_RELAXED);
}

void l4re_util_cap_release(l4_cap_idx_t cap)
{
    if (l4_is_valid_cap(cap))
        l4_task_unmap(L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWS), L4_FP_ALL_SPACES);
}

void l4re_util_cap_free_um(l4_cap_idx_t cap)
{
    l4re_util_cap_release(cap);
    l4re_util_cap_free(cap);
}

l4_cap_idx_t l4re_util_cap_last(void)
{
    return (first_index() + SLOTS - 1) << L4_CAP_SHIFT;
}
