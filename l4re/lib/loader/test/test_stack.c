/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <l4/sys/err.h>
#include <loader/stack.h>
#include <utest/utest.h>

enum {
    SIZE = 0x10000,
};

#define REMOTE 0x7fff0000UL

static unsigned char *area;

static const void *local(uint64_t remote)
{
    return area + (remote - REMOTE);
}

static int build(const char *const *argv, const char *const *envp, unsigned ncaps, uint64_t *sp)
{
    static l4re_env_cap_entry_t caps[20];
    static l4re_env_t env = { .log = 0x5000 };
    struct stack_content c = { .argv = argv,
                               .envp = envp,
                               .binary = "rom/x",
                               .env = &env,
                               .caps = caps,
                               .ncaps = ncaps,
                               .entry = 0x1001100,
                               .kip = 0xabc000 };
    struct stack_area a;

    for (unsigned i = 0; i < 20; i++) {
        caps[i].cap = (i + 0x16UL) << 12;
        memcpy(caps[i].name, "cap", 3);
        caps[i].name[3] = (char)('a' + i);
    }
    free(area);
    area = calloc(1, SIZE);
    a = (struct stack_area){ area, REMOTE, SIZE };
    return stack_build(&a, &c, sp);
}

UTEST(stack, the_program_finds_its_arguments_and_environment)
{
    static const char *const argv[] = { "rom/x", "one", "", NULL };
    static const char *const envp[] = { "A=1", "B=2", NULL };
    const uint64_t *w;
    uint64_t sp;

    ASSERT_EQ(build(argv, envp, 2, &sp), 0);
    EXPECT_EQ(sp % 16, 0);
    w = local(sp);
    EXPECT_EQ(w[0], 3);
    EXPECT_STREQ(local(w[1]), "rom/x");
    EXPECT_STREQ(local(w[2]), "one");
    EXPECT_STREQ(local(w[3]), "");
    EXPECT_EQ(w[4], 0);
    EXPECT_STREQ(local(w[5]), "A=1");
    EXPECT_STREQ(local(w[6]), "B=2");
    EXPECT_EQ(w[7], 0);
}

UTEST(stack, the_auxiliary_vector_leads_to_the_capabilities)
{
    static const char *const argv[] = { "rom/x", NULL };
    const l4re_env_t *env = NULL;
    const l4re_aux_t *aux = NULL;
    const l4re_env_cap_entry_t *e;
    const uint64_t *w;
    uint64_t sp;

    ASSERT_EQ(build(argv, NULL, 2, &sp), 0);
    for (w = (const uint64_t *)local(sp) + 4; w[0]; w += 2) {
        if (w[0] == L4RE_AT_L4_ENV)
            env = local(w[1]);
        if (w[0] == L4RE_AT_L4_AUX)
            aux = local(w[1]);
        if (w[0] == L4RE_AT_L4_KIP)
            EXPECT_EQ(w[1], 0xabc000);
    }
    ASSERT_NOT_NULL(env);
    ASSERT_NOT_NULL(aux);
    EXPECT_EQ(env->log, 0x5000);
    EXPECT_STREQ(local((uint64_t)aux->binary), "rom/x");
    e = local((uint64_t)env->caps);
    EXPECT_STREQ(e[0].name, "capa");
    EXPECT_EQ(e[1].cap, 0x17000);
    EXPECT_EQ(e[2].flags, ~0UL);
}

UTEST(stack, the_stack_pointer_is_aligned_whatever_is_pushed)
{
    const char *argv[12] = { NULL };
    uint64_t sp;

    for (unsigned i = 0; i < 10; i++) {
        argv[i] = "x";
        argv[i + 1] = NULL;
        ASSERT_EQ(build(argv, i & 1 ? argv : NULL, i, &sp), 0);
        EXPECT_EQ(sp % 16, 0);
        EXPECT_EQ(*(const uint64_t *)local(sp), i + 1);
    }
}

UTEST(stack, too_long_arguments_are_refused)
{
    static char big[SIZE];
    const char *const argv[] = { "rom/x", big, NULL };
    uint64_t sp;

    memset(big, 'x', sizeof(big) - 1);
    EXPECT_EQ(build(argv, NULL, 0, &sp), -L4_E2BIG);
    big[SIZE / 2 - 1] = 0;
    EXPECT_EQ(build(argv, NULL, 0, &sp), -L4_E2BIG);
    big[SIZE / 4] = 0;
    EXPECT_EQ(build(argv, NULL, 0, &sp), 0);
}
