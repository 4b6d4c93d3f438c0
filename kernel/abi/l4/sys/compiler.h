/* SPDX-License-Identifier: MIT */
/*
 * What differs between compilers and between C and C++, under one set of names.
 *
 * L4_INLINE marks the inline functions of the interface headers: they have internal
 * linkage, so the headers need no library of their own.
 */
#pragma once

#ifdef __cplusplus
#define EXTERN_C extern "C"
#define EXTERN_C_BEGIN extern "C" {
#define EXTERN_C_END }
#define L4_NOTHROW noexcept
#define L4_STATIC_ASSERT(cond, text) static_assert(cond, text)
#else
#define EXTERN_C extern
#define EXTERN_C_BEGIN
#define EXTERN_C_END
#define L4_NOTHROW __attribute__((nothrow))
#define L4_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#endif

#define L4_BEGIN_DECLS EXTERN_C_BEGIN
#define L4_END_DECLS EXTERN_C_END

#define L4_INLINE static __inline__
#define L4_ALWAYS_INLINE L4_INLINE __attribute__((always_inline))
#define L4_CV /* calling convention of interface functions: the platform's own */
#define L4_NORETURN __attribute__((noreturn))
#define L4_NOINSTRUMENT __attribute__((no_instrument_function))
#define L4_WEAK __attribute__((weak))
#define L4_PACKED __attribute__((packed))
#define L4_EXPORT __attribute__((visibility("default")))
#define L4_HIDDEN __attribute__((visibility("hidden")))
#define L4_DEPRECATED(text) __attribute__((deprecated(text)))
#define L4_FALLTHROUGH __attribute__((fallthrough))
#define L4_DECLARE_CONSTRUCTOR(func, prio)                                                         \
    __attribute__((constructor(prio))) static void l4_ctor_##func(void)                            \
    {                                                                                              \
        func();                                                                                    \
    }

#define L4_LIKELY(x) __builtin_expect(!!(x), 1)
#define L4_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define L4_STRINGIFY_HELPER(x) #x
#define L4_STRINGIFY(x) L4_STRINGIFY_HELPER(x)
#define L4_stringify(x) L4_STRINGIFY(x)

/* Size and offset checks for structures that two programs share. */
#define L4_ABI_ASSERT_SIZE(type, bytes)                                                            \
    L4_STATIC_ASSERT(sizeof(type) == (bytes), "ABI size of " #type)
#define L4_ABI_ASSERT_OFFSET(type, field, bytes)                                                   \
    L4_STATIC_ASSERT(__builtin_offsetof(type, field) == (bytes), "ABI offset of " #field)

/* Keep the compiler from moving memory accesses across this point. Orders nothing in the CPU. */
L4_INLINE void l4_barrier(void)
{
    __asm__ __volatile__("" : : : "memory");
}

/* Full memory barrier: all earlier accesses are visible to other CPUs before all later ones. */
L4_INLINE void l4_mb(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Earlier stores become visible before later stores. */
L4_INLINE void l4_wmb(void)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

/* Earlier loads are done before later loads. */
L4_INLINE void l4_rmb(void)
{
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/* Stop here for ever, burning CPU time of this thread only. */
L4_INLINE L4_NORETURN void l4_infinite_loop(void)
{
    for (;;)
        l4_barrier();
}

/*
 * Stack pointer for a function that is entered by a jump instead of a call: as the calling
 * convention wants it at the first instruction (16-byte aligned below a return address).
 */
L4_INLINE unsigned long l4_align_stack_for_direct_fncall(unsigned long stack)
{
    return (stack & ~0xfUL) - 8;
}
