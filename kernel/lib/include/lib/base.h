/* SPDX-License-Identifier: MIT */
/*
 * Words every file of the kernel uses: newtypes, attributes, small macros, assertions.
 *
 * kassert() is for what we broke ourselves; what a user sends is answered with an error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t paddr;  /* physical address */
typedef uint64_t uaddr;  /* user virtual address; never dereferenced */
typedef uint32_t cpu_id; /* 0 .. CPUs - 1 */

#define must_check __attribute__((warn_unused_result))
#define noreturn_fn __attribute__((noreturn))
#define printf_like(fmt, first) __attribute__((format(printf, fmt, first)))
#define no_inline __attribute__((noinline))
#define cold_fn __attribute__((cold, noinline))

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/*
 * enabled(CONFIG_X): 1 if the option is set (defined as 1), else 0; a constant expression.
 * A defined option pastes to a macro that brings an extra argument and so shifts the 1 into
 * second place.
 */
#define enabled(option) base_enabled_value(option)
#define base_enabled_value(value) base_enabled_pick(base_enabled_shift_##value)
#define base_enabled_shift_1 0,
#define base_enabled_pick(arg) base_enabled_second(arg 1, 0, 0)
#define base_enabled_second(first, second, ...) second

#define array_size(a)                                                                              \
    (sizeof(a) / sizeof((a)[0]) +                                                                  \
     0 * sizeof(struct {                                                                           \
         _Static_assert(!__builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0])),         \
                        "array_size needs an array");                                              \
         int unused;                                                                               \
     }))

/*
 * The object around a member. The member's type is compared in an operand that is never
 * evaluated; the way through an integer keeps -Wcast-align quiet.
 */
#define container_of(ptr, type, member)                                                            \
    ((type *)((uintptr_t)(ptr)-offsetof(type, member) + 0 * sizeof((ptr) == &((type *)0)->member)))

/* Each argument is evaluated once. Both sides need the same signedness. */
#define min(a, b)                                                                                  \
    ({                                                                                             \
        const __typeof__((a) + 0) base_a = (a);                                                    \
        const __typeof__((b) + 0) base_b = (b);                                                    \
        base_a < base_b ? base_a : base_b;                                                         \
    })
#define max(a, b)                                                                                  \
    ({                                                                                             \
        const __typeof__((a) + 0) base_a = (a);                                                    \
        const __typeof__((b) + 0) base_b = (b);                                                    \
        base_a > base_b ? base_a : base_b;                                                         \
    })

/* `to` is a power of two. */
#define align_down(x, to) ((x) & ~((__typeof__((x) + 0))(to)-1))
#define align_up(x, to) align_down((x) + ((__typeof__((x) + 0))(to)-1), to)
#define is_aligned(x, to) (((x) & ((__typeof__((x) + 0))(to)-1)) == 0)

#define BIT(n) (1ull << (n))
#define BIT32(n) (1u << (n))

#define KiB(n) ((uint64_t)(n) << 10)
#define MiB(n) ((uint64_t)(n) << 20)
#define GiB(n) ((uint64_t)(n) << 30)

/* Stop the machine with a message. Context: any; interrupts may be on or off. */
noreturn_fn cold_fn void panic(const char *fmt, ...) printf_like(1, 2);

/* An assertion of ours failed. Context: any. */
noreturn_fn cold_fn void kassert_fail(const char *file, int line, const char *text);

#define kassert(x)                                                                                 \
    do {                                                                                           \
        if (enabled(CONFIG_DEBUG) && unlikely(!(x)))                                               \
            kassert_fail(__FILE__, __LINE__, #x);                                                  \
    } while (0)
