/* SPDX-License-Identifier: MIT */
/*
 * One call to a server, for client stubs:
 *
 *     struct l4re_msg m;
 *     call_begin(&m, PROTO_DS_INFO);
 *     l4re_msg_put_...(&m, ...);
 *     err = call(ds, &m, L4RE_PROTO_DATASPACE, L4_INVALID_CAP);
 *     l4re_msg_get_...(&m, ...);
 *
 * Between begin and call nothing else may use the UTCB of this thread.
 */
#pragma once

#include <l4/re/msg.h>
#include <l4/sys/types.h>

/* Start a request with this operation in the UTCB. */
void call_begin(struct l4re_msg *m, int op);

/* Start a request to a factory: the wanted type comes first, typed arguments follow. */
void call_begin_create(struct l4re_msg *m, l4_mword_t type);

/*
 * Send it and wait for the answer. A capability in the answer goes into slot `rcv` (invalid: none
 * is accepted). Afterwards `m` reads the answer.
 * Returns: the answer's label, or -L4_E* (errors of IPC too, and of building the request).
 */
long call(l4_cap_idx_t server, struct l4re_msg *m, long proto, l4_cap_idx_t rcv);

/* The same, accepting memory in the window `rcv`. */
long call_for_memory(l4_cap_idx_t server, struct l4re_msg *m, long proto, l4_fpage_t rcv);
