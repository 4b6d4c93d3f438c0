/* SPDX-License-Identifier: MIT */
/* See <cap/kcall.h>. */
#include <cap/kcall.h>

#include <cap/captab.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <sync/micro.h>

static const struct kcall_op *op_find(const struct kcall_table *t, uint64_t opcode)
{
    for (unsigned i = 0; i < t->nops; i++) /* at most a dozen rows */
        if (t->ops[i].opcode == opcode)
            return &t->ops[i];
    return NULL;
}

long kcall_dispatch(const struct kcall_table *t, struct kobj *o, struct kcall *c)
{
    const struct kcall_op *op;

    if (l4_msgtag_label(c->tag) != t->proto)
        return -L4_EBADPROTO;
    if ((c->rights & t->rights) != t->rights)
        return -L4_EPERM;
    if (!c->words)
        return -L4_EMSGTOOSHORT;
    op = op_find(t, kcall_word(c, 0) & t->opmask);
    if (!op)
        return -L4_ENOSYS;
    if (c->words < op->words || c->items < op->items)
        return -L4_EMSGTOOSHORT;
    if ((c->rights & op->rights) != op->rights)
        return -L4_EPERM;
    return op->run(o, c);
}

struct kobj *kcall_cap_arg(struct kcall *c, unsigned n, unsigned *rights, long *err)
{
    unsigned at = c->words + 2 * n;
    l4_fpage_t fp;
    struct cap cap;

    *err = -L4_EINVAL;
    if (n >= c->items || at + 1 >= L4_UTCB_GENERIC_DATA_SIZE || !kcall_word(c, at))
        return NULL;
    fp.raw = kcall_word(c, at + 1);
    if (l4_fpage_type(fp) != L4_FPAGE_OBJ) {
        *err = kcall_ipc_error(c, L4_IPC_SEMSGCUT);
        return NULL;
    }
    cap = captab_get(c->caps, l4_fpage_page(fp));
    if (!cap.obj)
        return NULL;
    *rights = cap.rights;
    *err = 0;
    return cap.obj;
}
