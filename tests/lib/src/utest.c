/* SPDX-License-Identifier: MIT */
/*
 * See <utest/utest.h>. The parent forks one child per test and reads its fate from the exit
 * status: 0 is ok, everything else (EXIT_FAILED, a signal, a sanitizer's own code) is not.
 * Children leave through exit(), so that the leak checker looks at each test by itself.
 */
#include <utest/utest.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_FAILED = 1,
    SECONDS_PER_TEST = 60
};

static struct utest_case *first_case;
static struct utest_case **last_case = &first_case;
static unsigned failures;

void utest_register(struct utest_case *c)
{
    *last_case = c;
    last_case = &c->next;
}

void utest_fail(const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    failures++;
    va_start(ap, fmt);
    printf("# %s:%d: ", file, line);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
}

unsigned utest_failures(void)
{
    return failures;
}

void utest_stop(void)
{
    exit(EXIT_FAILED);
}

bool utest_eq(const char *file, int line, const char *what, uint64_t a, uint64_t b, bool want)
{
    bool ok = (a == b) == want;

    if (!ok)
        utest_fail(file, line, "%s: left %lld (%#llx), right %lld (%#llx)", what, (long long)a,
                   (unsigned long long)a, (long long)b, (unsigned long long)b);
    return ok;
}

bool utest_order(const char *file, int line, const char *what, __int128 a, __int128 b, bool holds)
{
    if (!holds)
        utest_fail(file, line, "%s: left %lld (%#llx), right %lld (%#llx)", what, (long long)a,
                   (unsigned long long)a, (long long)b, (unsigned long long)b);
    return holds;
}

bool utest_true(const char *file, int line, const char *what, bool holds)
{
    if (!holds)
        utest_fail(file, line, "not true: %s", what);
    return holds;
}

bool utest_streq(const char *file, int line, const char *what, const char *a, const char *b)
{
    bool ok = (a && b) ? strcmp(a, b) == 0 : a == b;

    if (!ok)
        utest_fail(file, line, "%s: left \"%s\", right \"%s\"", what, a ? a : "(null)",
                   b ? b : "(null)");
    return ok;
}

bool utest_memeq(const char *file, int line, const char *what, const void *a, const void *b,
                 size_t n)
{
    const unsigned char *x = a;
    const unsigned char *y = b;

    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            utest_fail(file, line, "%s: byte %zu: left %#x, right %#x", what, i, x[i], y[i]);
            return false;
        }
    }
    return true;
}

bool utest_dies(const char *file, int line, const char *what, void (*fn)(void *), void *arg)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        /* What it says on the way out is expected: keep it away from the test's output. */
        if (!freopen("/dev/null", "w", stderr) || !freopen("/dev/null", "w", stdout))
            _exit(0);
        fn(arg);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status == 0) {
        utest_fail(file, line, "survived: %s", what);
        return false;
    }
    return true;
}

static void case_run(const struct utest_case *c)
{
    failures = 0;
    c->run();
    fflush(NULL);
}

static bool case_run_forked(const struct utest_case *c)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        alarm(SECONDS_PER_TEST);
        case_run(c);
        exit(failures ? EXIT_FAILED : 0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    if (WIFSIGNALED(status))
        printf("# ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) > EXIT_FAILED)
        printf("# ended with code %d\n", WEXITSTATUS(status));
    return status == 0;
}

static bool case_chosen(const struct utest_case *c, int argc, char **argv)
{
    char full[256];

    if (argc <= 1)
        return true;
    snprintf(full, sizeof(full), "%s/%s", c->suite, c->name);
    for (int i = 1; i < argc; i++)
        if (strstr(full, argv[i]))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    bool fork_each = !getenv("UTEST_NOFORK");
    unsigned number = 0;
    unsigned bad = 0;
    unsigned plan = 0;

    if (argc == 2 && strcmp(argv[1], "-l") == 0) {
        for (struct utest_case *c = first_case; c; c = c->next)
            printf("%s/%s\n", c->suite, c->name);
        return 0;
    }

    for (struct utest_case *c = first_case; c; c = c->next)
        plan += case_chosen(c, argc, argv);
    printf("1..%u\n", plan);

    for (struct utest_case *c = first_case; c; c = c->next) {
        bool ok;

        if (!case_chosen(c, argc, argv))
            continue;
        if (fork_each) {
            ok = case_run_forked(c);
        } else {
            case_run(c);
            ok = failures == 0;
        }
        bad += !ok;
        printf("%s %u - %s/%s\n", ok ? "ok" : "not ok", ++number, c->suite, c->name);
    }
    return bad ? EXIT_FAILED : 0;
}
