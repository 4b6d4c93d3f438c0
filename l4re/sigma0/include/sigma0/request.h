/* SPDX-License-Identifier: MIT */
/*
 * The protocol of sigma0: one message in, one reply out, nothing remembered but ownership.
 * Independent of the kernel below, so that the host tests can send anything.
 */
#pragma once

#include <l4/sys/kip_layout.h>
#include <l4/sys/types.h>
#include <sigma0/memmap.h>

struct sigma0 {
    struct memmap mem;
    l4_kernel_info_t const *kip; /* at its physical address */

    /* Print a piece of text. May use the message registers. */
    void (*print)(char const *text);

    /*
     * Make a gate for a new client, label = index of its slot << 4.
     * Returns: selector of the gate's slot, or -L4_ENOMEM.
     */
    long (*new_client)(void);
};

/*
 * Answer one message: `label` is the received label (client id << 4 | rights), mr its message
 * registers, which receive the reply.
 *
 * Returns: tag of the reply.
 * Promise: any content of tag, label and mr is answered; only replies with label >= 0 change
 *          who owns what.
 */
l4_msgtag_t request_handle(struct sigma0 *s, l4_umword_t label, l4_msgtag_t tag, l4_umword_t *mr);

/* Print the maps. */
void request_dump(struct sigma0 *s);
