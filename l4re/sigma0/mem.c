/* SPDX-License-Identifier: MIT */
/* The memory functions that the compiler may call on its own; this program has no C library. */
#include <stddef.h>

void *memcpy(void *restrict to, void const *restrict from, size_t n);
void *memmove(void *to, void const *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(void const *a, void const *b, size_t n);
size_t strlen(char const *s);

void *memcpy(void *restrict to, void const *restrict from, size_t n)
{
    void *d = to;

    __asm__ __volatile__("rep movsb" : "+D"(d), "+S"(from), "+c"(n) : : "memory");
    return to;
}

void *memmove(void *to, void const *from, size_t n)
{
    char *d = to;
    char const *s = from;

    if (d <= s || d >= s + n)
        return memcpy(to, from, n);
    d += n - 1;
    s += n - 1;
    __asm__ __volatile__("std; rep movsb; cld" : "+D"(d), "+S"(s), "+c"(n) : : "memory");
    return to;
}

void *memset(void *to, int c, size_t n)
{
    void *d = to;

    __asm__ __volatile__("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
    return to;
}

int memcmp(void const *a, void const *b, size_t n)
{
    unsigned char const *p = a;
    unsigned char const *q = b;

    for (; n; n--, p++, q++) {
        if (*p != *q)
            return *p < *q ? -1 : 1;
    }
    return 0;
}

/* The volatile read keeps the compiler from recognising the loop as a call of itself. */
size_t strlen(char const *s)
{
    size_t n = 0;

    while (((char const volatile *)s)[n])
        n++;
    return n;
}
