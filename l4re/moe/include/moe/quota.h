/* SPDX-License-Identifier: MIT */
/*
 * Quota: how many bytes the objects of one factory may use. A child's limit is taken from its
 * parent when it is made and goes back when the child and all its objects are gone.
 */
#pragma once

#include <stddef.h>

struct quota {
    struct quota *parent; /* NULL: the root, which is limited by the machine only */
    size_t limit;         /* 0: none */
    size_t used;
    unsigned refs;
};

/* Take `bytes`. Returns: 0, or -L4_ENOMEM and nothing is taken. */
int quota_take(struct quota *q, size_t bytes);
void quota_give(struct quota *q, size_t bytes);

/* Bytes left; SIZE_MAX without a limit. */
size_t quota_left(const struct quota *q);

/* Make a child; it holds one reference, and one on its parent. Returns: 0 or -L4_ENOMEM. */
int quota_init_child(struct quota *q, struct quota *parent, size_t limit);
void quota_get(struct quota *q);

/* Drop a reference. Returns: 1 if it was the last: `q` is the caller's to free. */
int quota_put(struct quota *q);
