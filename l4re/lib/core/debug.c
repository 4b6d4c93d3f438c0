/* SPDX-License-Identifier: MIT */
#include <core/call.h>
#include <l4/re/c/debug.h>
#include <l4/re/protocols.h>
#include <l4/sys/utcb.h>

long l4re_debug_obj_debug(l4_cap_idx_t srv, unsigned long function)
{
    struct l4re_msg m;
    long r;

    l4re_msg_write(&m, l4_utcb_mr()->mr); /* this protocol has no operation number */
    l4re_msg_put_uword(&m, function);
    r = call(srv, &m, L4RE_PROTO_DEBUG, L4_INVALID_CAP);
    return r < 0 ? r : 0;
}
