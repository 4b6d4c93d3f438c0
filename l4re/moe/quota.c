/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include <l4/sys/err.h>
#include <moe/quota.h>

size_t quota_left(const struct quota *q)
{
    return q->limit ? q->limit - q->used : SIZE_MAX - q->used;
}

int quota_take(struct quota *q, size_t bytes)
{
    if (bytes > quota_left(q))
        return -L4_ENOMEM;
    q->used += bytes;
    return 0;
}

void quota_give(struct quota *q, size_t bytes)
{
    q->used -= bytes;
}

int quota_init_child(struct quota *q, struct quota *parent, size_t limit)
{
    int err = quota_take(parent, limit);

    if (err)
        return err;
    quota_get(parent);
    *q = (struct quota){ .parent = parent, .limit = limit, .refs = 1 };
    return 0;
}

void quota_get(struct quota *q)
{
    q->refs++;
}

int quota_put(struct quota *q)
{
    if (--q->refs)
        return 0;
    if (q->parent)
        quota_give(q->parent, q->limit);
    return 1;
}
