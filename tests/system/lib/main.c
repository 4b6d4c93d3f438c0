/* SPDX-License-Identifier: MIT */
/*
 * Runs the tests one after the other and speaks TAP. The watchdog, another thread, hears of
 * every test that begins; silence for too long, or an exception of the main thread, ends the
 * test: the main thread is set to the place where tests end.
 */
#include "internal.h"

#include <l4/sigma0/sigma0.h>
#include <l4/sys/factory.h>
#include <l4/sys/irq.h>
#include <l4/sys/kip.h>
#include <l4/sys/platform_control.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <systest/memory.h>

enum {
    EXIT_PORT = 0x501,
    TEST_SECONDS = 8, /* a test that takes longer hangs */

    LABEL_TICK = 0x1000,
    LABEL_MAIN = 0x2000,
    LABEL_WORKER = 0x3000,
};

#define WATCHDOG_KUMEM 0xb2000000UL

static struct systest_case *cases;
static struct systest_case **last_case = &cases;
static unsigned char watchdog_stack[8192] __attribute__((aligned(16)));
static unsigned char abort_stack[8192] __attribute__((aligned(16)));
static void *test_end[5]; /* __builtin_setjmp */

void systest_register(struct systest_case *c)
{
    *last_case = c;
    last_case = &c->next;
}

void systest_stop(void)
{
    __builtin_longjmp(test_end, 1);
}

uint64_t now_us(void)
{
    return l4_kip_clock(l4_kip());
}

/* ---- the end of the machine --------------------------------------------------------------------
 */

static bool ports_map(unsigned port, unsigned order)
{
    l4_utcb_t *u = l4_utcb();

    l4_utcb_mr_u(u)->mr[0] = l4_iofpage(port, order).raw;
    l4_utcb_mr_u(u)->mr[1] = 0;
    receive_all();
    return l4_error(l4_ipc_call(L4_BASE_PAGER_CAP, u, l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0),
                                L4_IPC_NEVER)) == 0;
}

static _Noreturn void machine_end(int code)
{
    if (ports_map(EXIT_PORT, 0))
        __asm__ __volatile__("outb %b0, %w1" : : "a"(code), "Nd"(EXIT_PORT));
    (void)l4_platform_ctl_system_shutdown(L4_BASE_ICU_CAP, 0);
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

/* ---- watchdog --------------------------------------------------------------------------------
 */

static _Noreturn __attribute__((used)) void test_aborted(void)
{
    __builtin_longjmp(test_end, 1);
}

#define ABORT_SP ((l4_addr_t)abort_stack + sizeof(abort_stack) - 8)

static void on_silence(const char *why)
{
    systest_fail("watchdog", 0, why, 0, 0, 0);
    objects_drop(); /* a worker that never blocks must not be in the way */
    (void)l4_thread_ex_regs(L4_BASE_THREAD_CAP, (l4_addr_t)test_aborted, ABORT_SP,
                            L4_THREAD_EX_REGS_CANCEL);
}

static l4_msgtag_t on_exception(l4_umword_t label)
{
    l4_exc_regs_t *e = l4_utcb_exc();

    systest_fail(label & LABEL_WORKER & ~(l4_umword_t)LABEL_MAIN ? "worker" : "test", 0,
                 "exception %ld, address %lx, ip %lx", e->trapno, e->pfa, e->ip);
    e->ip = (l4_addr_t)test_aborted;
    e->sp = ABORT_SP;
    return l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0);
}

static _Noreturn __attribute__((used)) void watchdog_main(void)
{
    l4_timeout_t const patience =
        l4_timeout(L4_IPC_TIMEOUT_0, l4_timeout_from_us64(TEST_SECONDS * 1000000UL));
    l4_utcb_t *u = l4_utcb();
    l4_umword_t label;
    l4_msgtag_t t;

    receive_nothing();
    t = l4_ipc_wait(u, &label, L4_IPC_NEVER);
    for (;;) {
        if (l4_msgtag_has_error(t)) {
            if (l4_ipc_error_code(u) == L4_IPC_RETIMEOUT)
                on_silence("the test hangs");
        } else if (label != LABEL_TICK && l4_msgtag_is_exception(t)) {
            t = on_exception(label);
            if ((label & ~3UL) == LABEL_MAIN) {
                t = l4_ipc_reply_and_wait(u, t, &label, patience);
                continue;
            }
        } else if (label != LABEL_TICK) {
            systest_fail("worker", 0, "unexpected message: label %lx, word 0 %lx, word 1 %lx",
                         (l4_umword_t)l4_msgtag_label(t), l4_utcb_mr_u(u)->mr[0],
                         l4_utcb_mr_u(u)->mr[1]);
        }
        t = l4_ipc_wait(u, &label, patience);
    }
}

/* Without the helpers for tests: these can not fail it here. */
static void watchdog_init(void)
{
    l4_fpage_t area = l4_fpage(WATCHDOG_KUMEM, L4_PAGESHIFT, L4_FPAGE_RW);
    l4_cap_idx_t const f = L4_BASE_FACTORY_CAP;

    (void)l4_task_add_ku_mem(L4_BASE_TASK_CAP, &area);
    (void)l4_factory_create_thread(f, SEL(WATCHDOG_SLOT));
    (void)l4_factory_create_gate(f, SEL(FAULT_GATE_SLOT), SEL(WATCHDOG_SLOT), LABEL_WORKER);
    (void)l4_factory_create_gate(f, SEL(MAIN_GATE_SLOT), SEL(WATCHDOG_SLOT), LABEL_MAIN);
    (void)l4_factory_create_irq(f, SEL(TICK_SLOT));
    l4_thread_control_start();
    l4_thread_control_pager(L4_BASE_PAGER_CAP);
    l4_thread_control_bind((l4_utcb_t *)WATCHDOG_KUMEM, L4_BASE_TASK_CAP);
    (void)l4_thread_control_commit(SEL(WATCHDOG_SLOT));
    (void)l4_thread_ex_regs(SEL(WATCHDOG_SLOT), (l4_addr_t)watchdog_main,
                            (l4_addr_t)watchdog_stack + sizeof(watchdog_stack) - 8, 0);
    prio_set(SEL(WATCHDOG_SLOT), PRIO_WATCHDOG);
    (void)l4_rcv_ep_bind_thread(SEL(TICK_SLOT), SEL(WATCHDOG_SLOT), LABEL_TICK);

    l4_thread_control_start();
    l4_thread_control_exc_handler(SEL(MAIN_GATE_SLOT));
    (void)l4_thread_control_commit(L4_BASE_THREAD_CAP);
}

/* ---- tests -------------------------------------------------------------------------------------
 */

static void collect(void)
{
    typedef void ctor(void);
    extern ctor *__init_array_start[];
    extern ctor *__init_array_end[];

    for (ctor **c = __init_array_start; c < __init_array_end; c++)
        (*c)();
}

/* What a test may have changed of the main thread and its surroundings. */
void systest_clean(void)
{
    objects_drop();
    workers_forget();
    tasks_forget();
    receive_nothing();
    prio_set(L4_BASE_THREAD_CAP, PRIO_MAIN);
    unmap_mem(L4_BASE_TASK_CAP, TEST_AREA, 28, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    /* Messages for the main thread that nobody fetched. */
    while (!l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0)))
        ;
}

void systest_goes_on(void)
{
    (void)l4_irq_trigger(SEL(TICK_SLOT));
}

static void run_and_clean(const struct systest_case *c)
{
    unsigned long leak;

    systest_goes_on();
    if (!__builtin_setjmp(test_end))
        c->run();
    if (!__builtin_setjmp(test_end))
        systest_clean();
    leak = objects_leak();
    if (leak)
        systest_fail("quota", 0, "%ld bytes were not given back", leak, 0, 0);
    (void)kernel_check(false);
}

/*
 * A test may well leave something behind the first time: tables of this task stay until it goes.
 * What it leaves behind each time is a leak.
 */
static bool run_one(const struct systest_case *c, unsigned number)
{
    struct kernel_memory before;
    bool told = kernel_memory(&before);
    bool ok;

    check_begin();
    run_and_clean(c);
    for (unsigned again = 0; told && again < 2 && !systest_failures(); again++) {
        if (!kernel_memory_grew(&before))
            break;
        (void)kernel_memory(&before);
        run_and_clean(c);
        if (again == 1 && kernel_memory_grew(&before))
            kernel_memory_fail(&before);
    }
    ok = systest_failures() == 0;
    check_print();
    say("%s %u - %s/%s\n", ok ? "ok" : "not ok", number, c->suite, c->name);
    return ok;
}

void systest_main(void)
{
    unsigned number = 0;
    bool ok = true;

    prio_set(L4_BASE_THREAD_CAP, PRIO_MAIN);
    tasks_init();
    l4_global_kip = l4sigma0_map_kip(L4_BASE_PAGER_CAP, NULL, L4_WHOLE_ADDRESS_SPACE);
    workers_init();
    objects_init();
    watchdog_init();
    collect();
    for (const struct systest_case *c = cases; c; c = c->next)
        number++;
    say("1..%u\n", number);
    number = 0;
    for (const struct systest_case *c = cases; c; c = c->next)
        ok &= run_one(c, ++number);
    machine_end(ok ? 0 : 1);
}
