/* SPDX-License-Identifier: MIT */
/* Making IPC gates. */
#pragma once

#include <ipc/gate.h>

/* A new gate, bound to `t` with `label` or (NULL) unbound. NULL: out of quota or memory. */
struct kobj *gate_create(struct kobj_payer *p, struct thread *t, l4_umword_t label) must_check;
