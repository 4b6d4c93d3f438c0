/* SPDX-License-Identifier: MIT */
/*
 * Tests inside the system.
 *
 * Use:     SYSTEST(subject, a_sentence_that_is_true) { ... } in any source of a test program.
 * Checks:  EXPECT_* notes a failure and goes on, in any thread; ASSERT_* also ends the test, in
 *          the main thread only. Integers are compared as 64-bit words after sign extension.
 * Objects: cap_slot() and the new_* functions; all that a test made is deleted after it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <l4/sys/ipc.h>

typedef void systest_fn(void);

struct systest_case {
    const char *suite;
    const char *name;
    systest_fn *run;
    struct systest_case *next;
};

/* Context: before the first test. */
void systest_register(struct systest_case *c);

/* Note a failure of the running test; fmt is printed later, with up to three words (%lx). */
void systest_fail(const char *file, int line, const char *fmt, uint64_t a, uint64_t b, uint64_t c);

/* End the running test. Context: main thread. */
void systest_stop(void) __attribute__((noreturn));

/* Compare, and note both words if the relation does not hold. Returns: whether it holds. */
bool systest_check(const char *file, int line, const char *what, bool holds, uint64_t a,
                   uint64_t b);

/* A line for the reader, not judged. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define SYSTEST(suite_, name_)                                                                     \
    static void systest_##suite_##_##name_(void);                                                  \
    __attribute__((constructor)) static void systest_reg_##suite_##_##name_(void)                  \
    {                                                                                              \
        static struct systest_case c = { #suite_, #name_, systest_##suite_##_##name_, NULL };      \
        systest_register(&c);                                                                      \
    }                                                                                              \
    static void systest_##suite_##_##name_(void)

#define SYSTEST_CMP_(a, op, b)                                                                     \
    __extension__({                                                                                \
        uint64_t a_ = (uint64_t)(a), b_ = (uint64_t)(b);                                           \
        systest_check(__FILE__, __LINE__, #a " " #op " " #b, a_ op b_, a_, b_);                    \
    })
#define SYSTEST_OR_STOP_(check)                                                                    \
    do {                                                                                           \
        if (!(check))                                                                              \
            systest_stop();                                                                        \
    } while (0)

#define EXPECT_EQ(a, b) ((void)SYSTEST_CMP_(a, ==, b))
#define EXPECT_NE(a, b) ((void)SYSTEST_CMP_(a, !=, b))
#define EXPECT_LT(a, b) ((void)SYSTEST_CMP_(a, <, b)) /* unsigned */
#define EXPECT_LE(a, b) ((void)SYSTEST_CMP_(a, <=, b))
#define EXPECT_TRUE(x) EXPECT_EQ(!!(x), 1)
#define EXPECT_FALSE(x) EXPECT_EQ(!!(x), 0)
#define ASSERT_EQ(a, b) SYSTEST_OR_STOP_(SYSTEST_CMP_(a, ==, b))
#define ASSERT_NE(a, b) SYSTEST_OR_STOP_(SYSTEST_CMP_(a, !=, b))
#define ASSERT_TRUE(x) ASSERT_EQ(!!(x), 1)

/* The tag of a failed IPC, and its code. */
#define EXPECT_IPC_ERROR(tag_, code_)                                                              \
    do {                                                                                           \
        l4_msgtag_t t_ = (tag_);                                                                   \
        EXPECT_NE(t_.raw &L4_MSGTAG_ERROR, 0);                                                     \
        EXPECT_EQ(l4_ipc_error_code(l4_utcb()), code_);                                            \
    } while (0)

/* Send phase failed: the tag is exactly the error flag. */
#define EXPECT_SEND_ERROR(tag_, code_)                                                             \
    do {                                                                                           \
        EXPECT_EQ((tag_).raw, L4_MSGTAG_ERROR);                                                    \
        EXPECT_EQ(l4_ipc_error_code(l4_utcb()), code_);                                            \
    } while (0)

/* ---- order of threads ---------------------------------------------------------------------- */

enum {
    PRIO_LOW = 50,
    PRIO_MAIN = 100, /* of the test itself */
    PRIO_HIGH = 150,
    PRIO_WATCHDOG = 200,
};

/* Set a priority. */
void prio_set(l4_cap_idx_t thread, unsigned prio);

/* Let everything below the main thread run for this time. */
void let_others_run(unsigned us);

/* Microseconds since boot. */
uint64_t now_us(void);

/* Do the invariants of the kernel hold? Fails the test if not; true if it can not be asked.
 * `moving`: somebody was killed while he took memory back. */
bool kernel_check(bool moving);

/* ---- slots and objects --------------------------------------------------------------------- */

/* Factory of the test, with a quota that must be whole after it. */
#define TEST_FACTORY (0x1ffUL << L4_CAP_SHIFT)

/* An empty slot; a block of 2^order of them, aligned. */
l4_cap_idx_t cap_slot(void);
l4_cap_idx_t cap_block(unsigned order);

/* Is there anything in the slot (of this task)? Does it hold the same as the other one? */
bool cap_used(l4_cap_idx_t cap);
bool cap_equal(l4_cap_idx_t a, l4_cap_idx_t b);

/* Delete the object; remove only the capability. */
void cap_delete(l4_cap_idx_t cap);
void cap_drop(l4_cap_idx_t cap);

/* A copy in another slot of this task, with at most these rights and extra rights (L4_FPAGE_C_*).
 */
l4_cap_idx_t cap_copy(l4_cap_idx_t cap, unsigned rights, unsigned extra);

/* New objects of TEST_FACTORY; failing is the end of the test. */
l4_cap_idx_t new_object(long proto);
l4_cap_idx_t new_gate(l4_cap_idx_t thread, l4_umword_t label);
l4_cap_idx_t new_thread(void);
l4_cap_idx_t new_irq(void);
l4_cap_idx_t new_semaphore(void);
l4_cap_idx_t new_factory(unsigned long quota);

/* Prepare BR0 (and BR1) for one arriving capability, or for anything in its hot spot. */
void receive_into(l4_cap_idx_t slot);
void receive_all(void);
void receive_nothing(void);

/* ---- tasks --------------------------------------------------------------------------------- */

enum {
    TASK_UTCBS = 16,
    TASK_FAULT_SLOT = 0x13, /* pager and exception handler of its workers, unless changed */
};

#define TASK_KUMEM 0xb4000000UL

struct task {
    l4_cap_idx_t cap;
    unsigned utcbs_used;
};

/* A second task with the whole image mapped 1:1; it holds no capability but the fault gate. */
struct task *task_create(void);

/* Copy a capability of ours to the same (or another) slot of the task. */
void task_give(struct task *t, l4_cap_idx_t cap, unsigned rights);
void task_give_at(struct task *t, l4_cap_idx_t cap, l4_cap_idx_t there, unsigned rights);

/* ---- workers ------------------------------------------------------------------------------- */

enum worker_state {
    WORKER_NEW,
    WORKER_RUNS,
    WORKER_DONE, /* its function has returned; it sleeps for ever */
};

struct worker {
    l4_cap_idx_t cap; /* in the main task */
    l4_utcb_t *utcb;  /* in its own task */
    struct task *task;
    void (*fn)(struct worker *self);
    void *arg;
    volatile enum worker_state state;
    volatile uint64_t out[16]; /* what it has to say */
    volatile unsigned steps;   /* how often it did something */
    unsigned char *stack_top;
};

/* A thread that is bound and has a pager, but neither registers nor priority. */
struct worker *worker_create(void (*fn)(struct worker *self), void *arg);
struct worker *worker_create_in(struct task *t, void (*fn)(struct worker *self), void *arg);

/* Start it. With a priority above PRIO_MAIN it runs until it blocks before this returns. */
void worker_start(struct worker *w, unsigned prio);

/* Both at once. */
struct worker *worker_run(void (*fn)(struct worker *self), void *arg, unsigned prio);
struct worker *worker_run_in(struct task *t, void (*fn)(struct worker *self), void *arg,
                             unsigned prio);

/* Replace pager and exception handler (selectors in its task). */
void worker_handlers(struct worker *w, l4_cap_idx_t pager, l4_cap_idx_t exc_handler);

/* Touch memory or ports as a thread of the task (NULL: ours) whose faults nobody resolves. */
enum probe_how {
    PROBE_READ,
    PROBE_WRITE,
    PROBE_FETCH, /* calls it: the memory must begin with a return instruction */
    PROBE_PORT,  /* reads a byte from port `addr` */
};

struct probe {
    bool ok;
    uint64_t value; /* what was read */
    long label;     /* of the message about the fault: L4_PROTO_PAGE_FAULT or _EXCEPTION */
    uint64_t fault; /* its word 0 of a page fault, the trap number of an exception */
};

struct probe probe(struct task *t, l4_addr_t addr, enum probe_how how);

/* ex_regs with CANCEL, registers kept. */
void worker_cancel(struct worker *w);

/* Delete the thread. The worker that was made last can be made again. */
void worker_delete(struct worker *w);

/* ---- messages with items ------------------------------------------------------------------- */

/* A message of another thread to the main thread. */
struct letter {
    l4_msgtag_t tag;
    l4_cap_idx_t through; /* in the sender's task; 0: the main thread */
    l4_umword_t mr[63];
    struct task *from; /* NULL: our own task */
    l4_msgtag_t sent;  /* what the sender got back */
    l4_umword_t error; /* and its error code */
    l4_umword_t label; /* what came with it */
};

/* Send the letter and receive it, with the receive buffers as they are. Returns: the tag. */
l4_msgtag_t letter_receive(struct letter *l);

/* Append an item: word 0 and the flexpage. */
void letter_item(struct letter *l, l4_umword_t word0, l4_fpage_t page);
