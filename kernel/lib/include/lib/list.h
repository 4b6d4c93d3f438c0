/* SPDX-License-Identifier: MIT */
/*
 * Doubly linked list with intrusive nodes.
 *
 * A list is a ring through its head. A node that is in no list points to itself, so
 * list_remove() may be called twice. No locks: the owner of the list protects it.
 * Progress: every operation is constant time.
 */
#pragma once

#include <lib/base.h>

struct list_node {
    struct list_node *next, *prev;
};

struct list {
    struct list_node head;
};

#define LIST_INIT(name)                                                                            \
    {                                                                                              \
        .head = { &(name).head, &(name).head }                                                     \
    }

static inline void list_node_init(struct list_node *n)
{
    n->next = n->prev = n;
}

static inline void list_init(struct list *l)
{
    list_node_init(&l->head);
}

/* Is the node in a list? The node was initialised. */
static inline bool list_linked(const struct list_node *n)
{
    return n->next != n;
}

static inline bool list_empty(const struct list *l)
{
    return l->head.next == &l->head;
}

/* Insert `n`, which is in no list, in front of `pos`. */
static inline void list_insert_before(struct list_node *pos, struct list_node *n)
{
    n->next = pos;
    n->prev = pos->prev;
    pos->prev->next = n;
    pos->prev = n;
}

static inline void list_insert_after(struct list_node *pos, struct list_node *n)
{
    list_insert_before(pos->next, n);
}

static inline void list_push_back(struct list *l, struct list_node *n)
{
    list_insert_before(&l->head, n);
}

static inline void list_push_front(struct list *l, struct list_node *n)
{
    list_insert_before(l->head.next, n);
}

/* Take `n` out of whatever list it is in; harmless if it is in none. */
static inline void list_remove(struct list_node *n)
{
    n->prev->next = n->next;
    n->next->prev = n->prev;
    list_node_init(n);
}

/* First / last node, NULL if the list is empty. */
static inline struct list_node *list_first(const struct list *l)
{
    return list_empty(l) ? NULL : l->head.next;
}

static inline struct list_node *list_last(const struct list *l)
{
    return list_empty(l) ? NULL : l->head.prev;
}

/* Node behind / before `n`, NULL at the end. */
static inline struct list_node *list_next(const struct list *l, const struct list_node *n)
{
    return n->next == &l->head ? NULL : n->next;
}

static inline struct list_node *list_prev(const struct list *l, const struct list_node *n)
{
    return n->prev == &l->head ? NULL : n->prev;
}

/* Remove and return the first node, NULL if the list is empty. */
static inline struct list_node *list_pop_front(struct list *l)
{
    struct list_node *n = list_first(l);

    if (n)
        list_remove(n);
    return n;
}

/* Move all nodes of `from` behind those of `to`; `from` is empty afterwards. */
static inline void list_append(struct list *to, struct list *from)
{
    if (list_empty(from))
        return;
    from->head.next->prev = to->head.prev;
    to->head.prev->next = from->head.next;
    from->head.prev->next = &to->head;
    to->head.prev = from->head.prev;
    list_init(from);
}

/* Walk over all nodes; in the safe form the current node may be removed. */
#define list_for_each(l, n) for (struct list_node *n = (l)->head.next; n != &(l)->head; n = n->next)
#define list_for_each_safe(l, n, after)                                                            \
    for (struct list_node *n = (l)->head.next, *after = n->next; n != &(l)->head;                  \
         n = after, after = n->next)
