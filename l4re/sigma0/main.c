/* SPDX-License-Identifier: MIT */
/*
 * sigma0: the first pager. Owns all memory and all I/O ports when the system starts, and gives
 * each piece to the first client that asks.
 *
 * One thread, one loop. Clients are known by the label of their gate; a reply never waits for
 * a client (send timeout zero), so none can hold up the others.
 */
#include <sigma0/request.h>
#include <sigma0/text.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/vcon.h>

enum {
    SIGMA0_PRIO = 255, /* above its clients: who waits for a page must not wait for others */
    CLIENT_CAP = 0x10, /* index of the first slot for gates of new clients */
    CLIENT_MAX = 1024, /* new clients, ever; bounds the kernel memory they can use up */
};

void sigma0_main(l4_kernel_info_t const *kip) L4_NORETURN;

static struct sigma0 sigma0;

static void print(char const *text)
{
    (void)l4_vcon_write(L4_BASE_LOG_CAP, text, (unsigned)__builtin_strlen(text));
}

static L4_NORETURN void die(char const *why)
{
    print("sigma0: ");
    print(why);
    print("\n");
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

static long new_client(void)
{
    static l4_umword_t used;
    l4_umword_t idx = CLIENT_CAP + used;
    l4_cap_idx_t cap = idx << L4_CAP_SHIFT;
    l4_utcb_t *u = l4_utcb();
    long err;

    if (used == CLIENT_MAX)
        return -L4_ENOMEM;
    err = l4_error_u(
        l4_factory_create_gate_u(L4_BASE_FACTORY_CAP, cap, L4_BASE_THREAD_CAP, idx << 4, u), u);
    l4_utcb_br_u(u)->br[0] = 0; /* messages to sigma0 bring no items */
    if (err < 0)
        return -L4_ENOMEM;
    used++;
    return (long)cap;
}

static void hello(void)
{
    struct text t;

    text_init(&t);
    text_str(&t, "sigma0: ");
    text_dec(&t, mem_free_bytes(&sigma0.mem) >> 20);
    text_str(&t, " MiB free, KIP at ");
    text_hex(&t, (l4_umword_t)sigma0.kip);
    text_str(&t, "\n");
    print(t.buf);
}

static L4_NORETURN void serve(void)
{
    l4_timeout_t const never_block = l4_timeout(L4_IPC_TIMEOUT_0, L4_IPC_TIMEOUT_NEVER);
    l4_utcb_t *u = l4_utcb();
    l4_umword_t label = 0;
    l4_msgtag_t tag;

    l4_utcb_br_u(u)->bdr = 0;
    l4_utcb_br_u(u)->br[0] = 0;
    tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
    for (;;) {
        if (l4_msgtag_has_error(tag)) {
            /* the client of the last reply is gone, or a message could not be taken */
            tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
            continue;
        }
        tag = request_handle(&sigma0, label, tag, l4_utcb_mr_u(u)->mr);
        tag = l4_ipc_reply_and_wait(u, tag, &label, never_block);
    }
}

void sigma0_main(l4_kernel_info_t const *kip)
{
    l4_sched_param_t sp = l4_sched_param(SIGMA0_PRIO, 0);

    if (kip->magic != L4_KERNEL_INFO_MAGIC || l4_kip_version(kip) != L4_KERNEL_INFO_VERSION_ID)
        die("the kernel is of another version");
    sigma0.kip = kip;
    sigma0.print = print;
    sigma0.new_client = new_client;
    if (mem_init(&sigma0.mem, kip) < 0)
        die("too many memory descriptors");
    (void)l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, L4_BASE_THREAD_CAP, &sp);
    hello();
    serve();
}
