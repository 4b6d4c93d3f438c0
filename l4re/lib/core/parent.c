/* SPDX-License-Identifier: MIT */
#include <core/call.h>
#include <l4/re/c/parent.h>
#include <l4/re/protocols.h>
#include <proto/l4re.h>

long l4re_parent_signal(l4_cap_idx_t parent, unsigned long sig, unsigned long val)
{
    struct l4re_msg m;
    long r;

    call_begin(&m, PROTO_PARENT_SIGNAL);
    l4re_msg_put_uword(&m, sig);
    l4re_msg_put_uword(&m, val);
    r = call(parent, &m, L4RE_PROTO_PARENT, L4_INVALID_CAP);
    return r < 0 ? r : 0;
}
