/* SPDX-License-Identifier: MIT */
/* Every way to create an object: <l4/sys/factory.h>, <l4/sys/ipc_gate.h>, … */
#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/kernel_object.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/semaphore.h>

enum {
    CAP = 0x30 << L4_CAP_SHIFT,
};

long gates(void);
long others(void);
long generic(void);

long gates(void)
{
    l4_umword_t label;

    l4_factory_create_gate(L4_BASE_FACTORY_CAP, CAP, L4_BASE_THREAD_CAP, 0x1000);
    l4_factory_create_gate_u(L4_BASE_FACTORY_CAP, CAP, L4_INVALID_CAP, 0, l4_utcb());
    l4_ipc_gate_bind_thread(CAP, L4_BASE_THREAD_CAP, 0x2000);
    l4_ipc_gate_bind_snd_destination(CAP, L4_BASE_THREAD_CAP, 0x2000);
    l4_rcv_ep_bind_thread(CAP, L4_BASE_THREAD_CAP, 0x3000);
    l4_rcv_ep_bind_snd_destination(CAP, L4_BASE_THREAD_CAP, 0x3000);
    l4_kobject_dec_refcnt(CAP, 1);
    return l4_error(l4_ipc_gate_get_infos(CAP, &label));
}

long others(void)
{
    l4_factory_create_irq(L4_BASE_FACTORY_CAP, CAP);
    l4_factory_create_vm(L4_BASE_FACTORY_CAP, CAP);
    l4_factory_create_vcpu_context(L4_BASE_FACTORY_CAP, CAP);
    l4_factory_create_thread_group(L4_BASE_FACTORY_CAP, CAP, 0);
    l4_factory_create(L4_BASE_FACTORY_CAP, L4_PROTO_SEMAPHORE, CAP);
    l4_semaphore_up(CAP);
    return l4_error(l4_semaphore_down(CAP, L4_IPC_NEVER));
}

long generic(void)
{
    l4_msgtag_t tag = l4_factory_create_start(0x4000, CAP);

    if (l4_factory_create_add_int(-1, &tag) < 0 || l4_factory_create_add_uint(2, &tag) < 0 ||
        l4_factory_create_add_str("text", &tag) < 0 ||
        l4_factory_create_add_lstr("text", 4, &tag) < 0 ||
        l4_factory_create_add_fpage(l4_fpage(0, 12, 0), &tag) < 0 ||
        l4_factory_create_add_nil(&tag) < 0)
        return -L4_ENOMEM;
    return l4_error(l4_factory_create_commit(L4_BASE_FACTORY_CAP, tag));
}
