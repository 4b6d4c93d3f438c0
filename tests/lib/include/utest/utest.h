/* SPDX-License-Identifier: MIT */
/*
 * Unit tests on the host.
 *
 * Use:     UTEST(room, a_sentence_that_is_true) { ... } in any linked file; no list, no main().
 * Runs:    every test in a process of its own, so a crash, a sanitizer report or a hang fails one
 *          test and not the program. Output is TAP.
 * Checks:  EXPECT_* notes a failure and goes on; ASSERT_* ends the test.
 *          Integers and pointers are compared as 64-bit words after sign extension.
 * Program: [-l] lists, arguments are parts of names to run, UTEST_NOFORK=1 keeps one process
 *          (for a debugger).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void utest_fn(void);

struct utest_case {
    const char *suite;
    const char *name;
    utest_fn *run;
    struct utest_case *next;
};

/* Context: before main(). */
void utest_register(struct utest_case *c);

/* Note a failure of the running test; the text says what was expected. */
void utest_fail(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Failures noted so far; for tests that fork. */
unsigned utest_failures(void);

/* End the running test at once, as failed. */
void utest_stop(void) __attribute__((noreturn));

/*
 * Compare and, if they differ, note both.
 * Returns: whether the relation holds.
 */
bool utest_eq(const char *file, int line, const char *what, uint64_t a, uint64_t b, bool want);
bool utest_streq(const char *file, int line, const char *what, const char *a, const char *b);
bool utest_memeq(const char *file, int line, const char *what, const void *a, const void *b,
                 size_t n);
bool utest_order(const char *file, int line, const char *what, __int128 a, __int128 b, bool holds);
bool utest_true(const char *file, int line, const char *what, bool holds);

/*
 * Run fn(arg) in a process of its own.
 * Returns: whether that process ended by abort, a signal or a sanitizer, as it should.
 */
bool utest_dies(const char *file, int line, const char *what, void (*fn)(void *), void *arg);

#define UTEST(suite_, name_)                                                                       \
    static void utest_##suite_##_##name_(void);                                                    \
    __attribute__((constructor)) static void utest_reg_##suite_##_##name_(void)                    \
    {                                                                                              \
        static struct utest_case c = { #suite_, #name_, utest_##suite_##_##name_, NULL };          \
        utest_register(&c);                                                                        \
    }                                                                                              \
    static void utest_##suite_##_##name_(void)

#define UTEST_OR_STOP_(check)                                                                      \
    do {                                                                                           \
        if (!(check))                                                                              \
            utest_stop();                                                                          \
    } while (0)

#define UTEST_EQ_(a, b, op, want)                                                                  \
    utest_eq(__FILE__, __LINE__, #a " " op " " #b, (uint64_t)(a), (uint64_t)(b), want)
#define UTEST_ORDER_(a, op, b)                                                                     \
    utest_order(__FILE__, __LINE__, #a " " #op " " #b, (__int128)(a), (__int128)(b),               \
                ((__int128)(a))op((__int128)(b)))

#define EXPECT_EQ(a, b) ((void)UTEST_EQ_(a, b, "==", true))
#define EXPECT_NE(a, b) ((void)UTEST_EQ_(a, b, "!=", false))
#define EXPECT_LT(a, b) ((void)UTEST_ORDER_(a, <, b))
#define EXPECT_LE(a, b) ((void)UTEST_ORDER_(a, <=, b))
#define EXPECT_GT(a, b) ((void)UTEST_ORDER_(a, >, b))
#define EXPECT_GE(a, b) ((void)UTEST_ORDER_(a, >=, b))
#define EXPECT_TRUE(x) ((void)utest_true(__FILE__, __LINE__, #x, (x)))
#define EXPECT_FALSE(x) ((void)utest_true(__FILE__, __LINE__, "!(" #x ")", !(x)))
#define EXPECT_NULL(p) ((void)utest_true(__FILE__, __LINE__, #p " == NULL", (p) == NULL))
#define EXPECT_NOT_NULL(p) ((void)utest_true(__FILE__, __LINE__, #p " != NULL", (p) != NULL))
#define EXPECT_STREQ(a, b) ((void)utest_streq(__FILE__, __LINE__, #a " == " #b, a, b))
#define EXPECT_MEMEQ(a, b, n) ((void)utest_memeq(__FILE__, __LINE__, #a " == " #b, a, b, n))
#define EXPECT_DEATH(fn, arg) ((void)utest_dies(__FILE__, __LINE__, #fn "(" #arg ")", fn, arg))

#define ASSERT_EQ(a, b) UTEST_OR_STOP_(UTEST_EQ_(a, b, "==", true))
#define ASSERT_NE(a, b) UTEST_OR_STOP_(UTEST_EQ_(a, b, "!=", false))
#define ASSERT_LT(a, b) UTEST_OR_STOP_(UTEST_ORDER_(a, <, b))
#define ASSERT_LE(a, b) UTEST_OR_STOP_(UTEST_ORDER_(a, <=, b))
#define ASSERT_TRUE(x) UTEST_OR_STOP_(utest_true(__FILE__, __LINE__, #x, (x)))
#define ASSERT_FALSE(x) UTEST_OR_STOP_(utest_true(__FILE__, __LINE__, "!(" #x ")", !(x)))
#define ASSERT_NULL(p) UTEST_OR_STOP_(utest_true(__FILE__, __LINE__, #p " == NULL", (p) == NULL))
#define ASSERT_NOT_NULL(p)                                                                         \
    UTEST_OR_STOP_(utest_true(__FILE__, __LINE__, #p " != NULL", (p) != NULL))
