/* SPDX-License-Identifier: MIT */
/* See <loader/stack.h>: everything is pushed from high to low addresses, vectors last. */
#include <string.h>

#include <l4/sys/err.h>
#include <loader/stack.h>

enum {
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    AT_PAGESZ = 6,
    AT_BASE = 7,
    AT_ENTRY = 9,
    AT_UID = 11,
    AT_EUID = 12,
    AT_GID = 13,
    AT_EGID = 14,
    AUXV_WORDS = 2 * 14,
};

struct push {
    const struct stack_area *a;
    size_t at;  /* bytes still free below */
    size_t low; /* may not go below */
    int full;
};

/* Push bytes. Returns: their address in the new program. */
static uint64_t push(struct push *s, const void *data, size_t n, size_t align)
{
    if (s->full || n > s->at - s->low || ((s->at - n) & ~(align - 1)) < s->low) {
        s->full = 1;
        return 0;
    }
    s->at = (s->at - n) & ~(align - 1);
    memcpy(s->a->local + s->at, data, n);
    return s->a->remote + s->at;
}

static uint64_t push_str(struct push *s, const char *str)
{
    return push(s, str, strlen(str) + 1, 1);
}

static void push_word(struct push *s, uint64_t v)
{
    push(s, &v, sizeof(v), sizeof(v));
}

static size_t count(const char *const *v)
{
    size_t n = 0;

    while (v && v[n])
        n++;
    return n;
}

/* Push the strings of a vector in order of their index, highest first. Returns: lowest address. */
static void push_strings(struct push *s, const char *const *v, size_t n)
{
    while (n)
        push_str(s, v[--n]);
}

/*
 * Push the NULL-terminated vector of addresses of strings that lie, one behind the other, from
 * `first` on.
 */
static void push_vector(struct push *s, const char *const *v, size_t n, uint64_t first)
{
    uint64_t at = first;

    for (size_t i = 0; i < n; i++)
        at += strlen(v[i]) + 1;
    push_word(s, 0);
    while (n) {
        n--;
        at -= strlen(v[n]) + 1;
        push_word(s, at);
    }
}

static uint64_t push_caps(struct push *s, const struct stack_content *c)
{
    l4re_env_cap_entry_t end = { .cap = L4_INVALID_CAP, .flags = ~(l4_umword_t)0 };
    uint64_t at = push(s, &end, sizeof(end), 16);

    for (unsigned i = c->ncaps; i; i--)
        at = push(s, &c->caps[i - 1], sizeof(end), 8);
    return at;
}

static void push_auxv(struct push *s, const struct stack_content *c, uint64_t env, uint64_t aux)
{
    const uint64_t v[AUXV_WORDS] = {
        AT_PHDR,        c->phdr,     AT_PHENT,       c->phent, AT_PHNUM,       c->phnum,
        AT_PAGESZ,      L4_PAGESIZE, AT_BASE,        0,        AT_ENTRY,       c->entry,
        AT_UID,         0,           AT_EUID,        0,        AT_GID,         0,
        AT_EGID,        0,           L4RE_AT_L4_AUX, aux,      L4RE_AT_L4_ENV, env,
        L4RE_AT_L4_KIP, c->kip,      AT_NULL,        0,
    };

    push(s, v, sizeof(v), 8);
}

int stack_build(const struct stack_area *a, const struct stack_content *c, uint64_t *sp)
{
    struct push s = { .a = a, .at = a->size, .low = a->size / 2 };
    size_t argc = count(c->argv);
    size_t envc = count(c->envp);
    l4re_env_t env = *c->env;
    l4re_aux_t aux = c->aux;
    uint64_t argv_at, envp_at, env_at, aux_at;

    aux.binary = (const char *)push_str(&s, c->binary);
    push_strings(&s, c->envp, envc);
    envp_at = a->remote + s.at;
    push_strings(&s, c->argv, argc);
    argv_at = a->remote + s.at;
    env.caps = (l4re_env_cap_entry_t *)push_caps(&s, c);
    env_at = push(&s, &env, sizeof(env), 16);
    aux_at = push(&s, &aux, sizeof(aux), 16);

    /* argc must end on a 16-byte boundary: an odd number of words below asks for one more. */
    if ((AUXV_WORDS + envc + 1 + argc + 1 + 1) % 2)
        push_word(&s, 0);
    push_auxv(&s, c, env_at, aux_at);
    push_vector(&s, c->envp, envc, envp_at);
    push_vector(&s, c->argv, argc, argv_at);
    push_word(&s, argc);
    if (s.full)
        return -L4_E2BIG;
    *sp = a->remote + s.at;
    return 0;
}
