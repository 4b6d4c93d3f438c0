/* SPDX-License-Identifier: MIT */
/*
 * See <lib/string.h> for the contract.
 *
 * The compiler recognises a copying loop and replaces it by a call of memcpy: inside memcpy
 * that never ends. gcc is told so for the whole file, clang function by function.
 */
#include <lib/string.h>

#if defined(__clang__)
#define plain_loops __attribute__((no_builtin))
#else
#define plain_loops
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

/* A word that may alias anything and be anywhere a byte is. */
typedef uint64_t __attribute__((may_alias)) word_alias;

#define WORD sizeof(word_alias)

static bool words_fit(const void *a, const void *b, size_t n)
{
    return n >= WORD && is_aligned((uintptr_t)a | (uintptr_t)b, WORD);
}

plain_loops void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if (words_fit(to, from, n)) {
        word_alias *tw = to;
        const word_alias *fw = from;

        for (; n >= WORD; n -= WORD)
            *tw++ = *fw++;
        t = (uint8_t *)tw;
        f = (const uint8_t *)fw;
    }
    while (n--)
        *t++ = *f++;
    return to;
}

/* From the end to the beginning, for a target that lies above its source. */
plain_loops static void copy_down(uint8_t *t, const uint8_t *f, size_t n)
{
    if (words_fit(t, f, n)) {
        for (; n % WORD; n--)
            t[n - 1] = f[n - 1];

        word_alias *tw = (void *)t;
        const word_alias *fw = (const void *)f;

        for (n /= WORD; n > 0; n--)
            tw[n - 1] = fw[n - 1];
        return;
    }
    for (; n > 0; n--)
        t[n - 1] = f[n - 1];
}

plain_loops static void copy_up(uint8_t *t, const uint8_t *f, size_t n)
{
    size_t i = 0;

    if (words_fit(t, f, n)) {
        word_alias *tw = (void *)t;
        const word_alias *fw = (const void *)f;

        for (; i < n / WORD; i++)
            tw[i] = fw[i];
        i *= WORD;
    }
    for (; i < n; i++)
        t[i] = f[i];
}

plain_loops void *memmove(void *to, const void *from, size_t n)
{
    if ((uintptr_t)to - (uintptr_t)from < n)
        copy_down(to, from, n);
    else
        copy_up(to, from, n);
    return to;
}

plain_loops void *memset(void *to, int byte, size_t n)
{
    uint8_t *t = to;

    if (words_fit(to, to, n)) {
        const uint64_t pattern = 0x0101010101010101ull * (uint8_t)byte;
        word_alias *tw = to;

        for (; n >= WORD; n -= WORD)
            *tw++ = pattern;
        t = (uint8_t *)tw;
    }
    while (n--)
        *t++ = (uint8_t)byte;
    return to;
}

plain_loops int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;

    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}

plain_loops size_t strlen(const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    return n;
}

plain_loops size_t strnlen(const char *s, size_t most)
{
    size_t n = 0;

    while (n < most && s[n])
        n++;
    return n;
}

plain_loops int strncmp(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i])
            return (uint8_t)a[i] - (uint8_t)b[i];
        if (!a[i])
            break;
    }
    return 0;
}

plain_loops int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

plain_loops char *strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c)
            return (char *)(uintptr_t)s;
        if (!*s)
            return NULL;
    }
}
