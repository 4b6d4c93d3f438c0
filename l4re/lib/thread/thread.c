/* SPDX-License-Identifier: MIT */
/*
 * Threads of the own task, see <l4/re/thread.h>. One block of memory per thread:
 *
 *     low   stack | struct thread_block | thread-local variables   high
 *
 * The new thread starts on its stack with the address of its block on top; it sets its own FS
 * base before any C library call.
 */
#include <reent.h>
#include <string.h>

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/c/util/kumem_alloc.h>
#include <l4/re/thread.h>
#include <l4/sys/debugger.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <libc/lock.h>
#include <start/tls.h>

enum {
    STACK_DEFAULT = 0x10000,
    PRIO_DEFAULT = 2,
};

struct thread_block {
    void (*fn)(void *);
    void *arg;
    l4_cap_idx_t self;
    struct tls_head *tls;
    struct _reent reent;
};

static struct {
    struct libc_lock lock;
    l4_addr_t next; /* next free UTCB, 0: take the environment's */
    l4_addr_t end;
} utcbs;

/* Returns: the address of a free UTCB, 0 if there is none. They are never given back. */
static l4_addr_t utcb_take(void)
{
    const l4re_env_t *e = l4re_global_env;
    l4_addr_t at = 0;

    libc_lock(&utcbs.lock);
    if (!utcbs.next) {
        utcbs.next = e->first_free_utcb;
        utcbs.end = l4_fpage_memaddr(e->utcb_area) + (1UL << l4_fpage_size(e->utcb_area));
    }
    if (utcbs.next + L4_UTCB_OFFSET > utcbs.end &&
        !l4re_util_kumem_alloc(&at, 0, L4_BASE_TASK_CAP, e->rm)) {
        utcbs.next = at;
        utcbs.end = at + L4_PAGESIZE;
    }
    at = 0;
    if (utcbs.next + L4_UTCB_OFFSET <= utcbs.end) {
        at = utcbs.next;
        utcbs.next += L4_UTCB_OFFSET;
    }
    libc_unlock(&utcbs.lock);
    return at;
}

void l4re_thread_main(struct thread_block *b);

L4_NORETURN void l4re_thread_entry(void);

/* Called by the first instructions of a thread. */
void l4re_thread_main(struct thread_block *b)
{
    if (!tls_use(b->self, b->tls))
        b->fn(b->arg);
    for (;;)
        l4_ipc_sleep(L4_IPC_NEVER);
}

__asm__(".section .text.l4re_thread_entry, \"ax\", @progbits\n"
        ".globl l4re_thread_entry\n"
        ".type l4re_thread_entry, @function\n"
        "l4re_thread_entry:\n"
        "    xorl %ebp, %ebp\n"
        "    popq %rdi\n"
        "    andq $-16, %rsp\n"
        "    call l4re_thread_main\n"
        "    ud2\n"
        ".size l4re_thread_entry, . - l4re_thread_entry\n"
        ".previous\n");

/* Memory for stack and block. Returns: the block at the end of the stack, NULL without memory. */
static struct thread_block *block_make(l4_umword_t stack)
{
    l4_umword_t size = l4_round_page(stack + sizeof(struct thread_block) + tls_size() + 64);
    l4_cap_idx_t ds = l4re_util_cap_alloc();
    struct thread_block *b;
    void *at = NULL;
    long err;

    if (l4_is_invalid_cap(ds))
        return NULL;
    err = l4re_ma_alloc((long)size, ds, L4RE_MA_PINNED);
    if (!err)
        err = l4re_rm_attach_w_info(&at, size, L4RE_RM_F_RW | L4RE_RM_F_SEARCH_ADDR, ds, 0,
                                    L4_PAGESHIFT, "thread", 0);
    l4re_util_cap_free_um(ds);
    if (err)
        return NULL;

    b = (struct thread_block *)(((l4_addr_t)at + size - tls_size() - sizeof(*b)) & ~63UL);
    _REENT_INIT_PTR(&b->reent);
    b->tls = tls_make(b + 1, &b->reent);
    return b;
}

static long thread_start(l4_cap_idx_t thread, l4_addr_t utcb, struct thread_block *b, unsigned prio)
{
    l4_sched_param_t sched = l4_sched_param(prio ? prio : PRIO_DEFAULT, 0);
    const l4re_env_t *e = l4re_global_env;
    l4_addr_t *sp = (l4_addr_t *)b - 1;
    long err;

    *sp = (l4_addr_t)b;
    l4_thread_control_start();
    l4_thread_control_pager(e->rm);
    l4_thread_control_exc_handler(e->parent);
    l4_thread_control_bind((l4_utcb_t *)utcb, L4_BASE_TASK_CAP);
    err = l4_error(l4_thread_control_commit(thread));
    if (err >= 0)
        err = l4_error(l4_scheduler_run_thread(e->scheduler, thread, &sched));
    if (err >= 0)
        err = l4_error(l4_thread_ex_regs(thread, (l4_addr_t)l4re_thread_entry, (l4_addr_t)sp, 0));
    return err < 0 ? err : 0;
}

int l4re_thread_create(l4_cap_idx_t *thread, void (*fn)(void *), void *arg,
                       const struct l4re_thread_attr *attr)
{
    static const struct l4re_thread_attr defaults;
    const struct l4re_thread_attr *a = attr ? attr : &defaults;
    l4_cap_idx_t cap = l4re_util_cap_alloc();
    struct thread_block *b;
    l4_addr_t utcb;
    long err = -L4_ENOMEM;

    if (l4_is_invalid_cap(cap))
        return -L4_ENOMEM;
    b = block_make(a->stack ? a->stack : STACK_DEFAULT);
    if (!b)
        goto out_cap;
    b->fn = fn;
    b->arg = arg;
    b->self = cap;
    utcb = utcb_take();
    if (!utcb)
        goto out_block;
    err = l4_error(l4_factory_create_thread(l4re_global_env->factory, cap));
    if (err < 0)
        goto out_block;
    if (a->name)
        l4_debugger_set_object_name(cap, a->name);
    err = thread_start(cap, utcb, b, a->prio);
    if (err)
        goto out_thread;
    *thread = cap;
    return 0;

out_thread:
    l4_task_delete_obj(L4_BASE_TASK_CAP, cap);
out_block:
    l4re_rm_detach(b);
out_cap:
    l4re_util_cap_free_um(cap);
    return (int)err;
}
