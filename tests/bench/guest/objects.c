/* SPDX-License-Identifier: MIT */
/* Kernel objects that are not threads: what it costs to use them, and to wake somebody. */
#include <bench/bench.h>

#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    ROUNDS = 1000,
    PERIOD_US = 97,

    COM2 = 0x2f8,
    COM2_PORTS_ORDER = 3,
    COM2_LINE = 3,
    UART_IER = 1, /* interrupt enable */
    UART_IIR = 2, /* reading it takes the interrupt back */
    UART_MCR = 4, /* modem control; OUT2 lets interrupts out */
    IER_NONE = 0,
    IER_SENDER_EMPTY = 2,
    MCR_OUT2 = 8,
};

static volatile uint64_t began; /* when somebody was woken */

SYSTEST(objects, the_smallest_invocation)
{
    l4_cap_idx_t sem = new_semaphore();

    MEASURE("obj.valid", ROUNDS, (void)l4_task_cap_valid(L4_BASE_TASK_CAP, sem));
    MEASURE("obj.yield", ROUNDS, (void)l4_thread_yield());
}

SYSTEST(objects, a_semaphore_without_waiters)
{
    l4_cap_idx_t sem = new_semaphore();

    MEASURE("sem.up", ROUNDS, (void)l4_semaphore_up(sem));
    MEASURE("sem.down", ROUNDS, (void)l4_semaphore_down(sem, L4_IPC_NEVER));
}

static void down_again_and_again(struct worker *w)
{
    l4_cap_idx_t sem = (l4_cap_idx_t)w->arg;

    /* Until the semaphore is deleted. */
    while (!l4_msgtag_has_error(l4_semaphore_down(sem, L4_IPC_NEVER)))
        series_add(began, ticks());
}

SYSTEST(objects, a_semaphore_wakes_a_thread)
{
    l4_cap_idx_t sem = new_semaphore();

    (void)worker_run(down_again_and_again, (void *)sem, PRIO_HIGH);
    series_begin("sem.wake");
    for (unsigned i = 0; i < ROUNDS; i++) {
        began = ticks();
        (void)l4_semaphore_up(sem);
    }
    series_end();
}

SYSTEST(objects, an_irq_object_nobody_waits_for)
{
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, 0x40)), 0);
    series_begin("irq.post");
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t start = ticks();

        (void)l4_irq_trigger(irq);
        series_add(start, ticks());
        (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0);
    }
    series_end();
}

static void wait_again_and_again(struct worker *w)
{
    l4_umword_t label;

    (void)w;
    for (;;) {
        (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
        series_add(began, ticks());
    }
}

SYSTEST(objects, an_irq_object_wakes_a_thread)
{
    struct worker *w = worker_run(wait_again_and_again, NULL, PRIO_HIGH);
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, w->cap, 0x40)), 0);
    series_begin("irq.wake");
    for (unsigned i = 0; i < ROUNDS; i++) {
        began = ticks();
        (void)l4_irq_trigger(irq);
    }
    series_end();
}

/* ---- interrupts of devices ---------------------------------------------------------------------
 */

static void port_write(unsigned port, unsigned value)
{
    __asm__ __volatile__("outb %b0, %w1" : : "a"(value), "d"(port) : "memory");
}

static unsigned port_read(unsigned port)
{
    uint8_t value;

    __asm__ __volatile__("inb %w1, %b0" : "=a"(value) : "d"(port) : "memory");
    return value;
}

static void ports_map(unsigned port, unsigned order)
{
    l4_utcb_t *u = l4_utcb();

    l4_utcb_mr_u(u)->mr[0] = l4_iofpage(port, order).raw;
    l4_utcb_mr_u(u)->mr[1] = 0;
    receive_all();
    ASSERT_EQ(l4_error(l4_ipc_call(L4_BASE_PAGER_CAP, u, l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0),
                                   L4_IPC_NEVER)),
              0);
    receive_nothing();
}

static void handle_com2(struct worker *w)
{
    l4_cap_idx_t irq = (l4_cap_idx_t)w->arg;

    /* Until the IRQ is deleted. */
    while (!l4_msgtag_has_error(l4_irq_receive(irq, L4_IPC_NEVER))) {
        series_add(began, ticks());
        port_write(COM2 + UART_IER, IER_NONE);
        (void)port_read(COM2 + UART_IIR);
    }
}

SYSTEST(objects, a_device_wakes_its_handler)
{
    l4_cap_idx_t irq = new_irq();
    struct worker *w;

    ports_map(COM2, COM2_PORTS_ORDER);
    port_write(COM2 + UART_IER, IER_NONE);
    port_write(COM2 + UART_MCR, MCR_OUT2);
    w = worker_create(handle_com2, (void *)irq);
    EXPECT_EQ(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, COM2_LINE, irq)), 0);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, w->cap, 0x40)), 0);
    worker_start(w, PRIO_HIGH);
    series_begin("irq.device");
    for (unsigned i = 0; i < ROUNDS; i++) {
        began = ticks();
        port_write(COM2 + UART_IER, IER_SENDER_EMPTY); /* the line rises at once */
        EXPECT_EQ(series_count(), i + 1);
    }
    series_end();
    (void)l4_icu_unbind(L4_BASE_ICU_CAP, COM2_LINE, irq);
}

/* ---- the timer ---------------------------------------------------------------------------------
 */

static void wake_by_timer(struct worker *w)
{
    uint64_t when = now_us() + PERIOD_US;

    for (unsigned i = 0; i < ROUNDS; i++, when += PERIOD_US) {
        l4_timeout_t t = l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(when, 8));

        (void)l4_ipc_receive(L4_INVALID_CAP, l4_utcb(), t);
        series_put(ticks() - ticks_at(when));
    }
    (void)l4_irq_trigger((l4_cap_idx_t)w->arg);
}

SYSTEST(objects, the_timer_wakes_a_thread)
{
    l4_cap_idx_t done = new_irq();

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(done, L4_BASE_THREAD_CAP, 0x40)), 0);
    series_begin("timer.idle");
    (void)worker_run(wake_by_timer, (void *)done, PRIO_HIGH);
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    series_end();
}
