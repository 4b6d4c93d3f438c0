/* SPDX-License-Identifier: MIT */
/*
 * moe's objects. Each has a gate, a quota that pays for it, and a count of references:
 * one for "somebody outside holds a capability" and one for each of our own (a region shows the
 * dataspace, a namespace names it). The object goes with the last of them.
 *
 * Context: one thread; nothing here waits for a client.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <l4/re/server.h>
#include <l4/sys/types.h>
#include <moe/heap.h>
#include <moe/options.h>
#include <moe/pages.h>
#include <moe/quota.h>

enum {
    /* What a capability costs beside its object: kernel memory and a slot that moe pays for. */
    MOE_CAP_COST = 512,
};

struct moe_obj;

struct moe_type {
    const char *name;
    int (*dispatch)(struct moe_obj *o, struct l4re_srv_msg *m);
    void (*destroy)(struct moe_obj *o); /* drop what it holds; the memory goes afterwards */
    const struct l4re_srv_iface *ifaces;
    size_t size;
};

struct moe_obj {
    struct l4re_srv_obj srv; /* first: the server's view */
    const struct moe_type *type;
    struct quota *quota;
    unsigned refs;
    int exported; /* has a gate, and one reference for it */
};

struct moe {
    struct pages pages;
    struct heap heap;
    struct quota root; /* unlimited */
    struct l4re_server srv;
    struct moe_options opt;
    struct moe_obj *root_factory;
    struct moe_obj *rom;
    struct moe_obj *rwfs;
    struct moe_obj *kip_ds;
    struct moe_obj *log; /* of init */
};

extern struct moe moe;

/* ---- objects ---------------------------------------------------------------------------- */

/* Make an object with one reference, paid by `q`. Returns: NULL without memory. */
struct moe_obj *obj_new(const struct moe_type *t, struct quota *q);
void obj_get(struct moe_obj *o);
void obj_put(struct moe_obj *o);

/* Make sure there is a gate. Returns: 0 or -L4_E*. */
int obj_export(struct moe_obj *o);

/* Serve an object that is not of obj_new() and is never freed. Returns: 0 or -L4_E*. */
int obj_make_permanent(struct moe_obj *o);

/* Answer with a capability of the object. Returns: 0 (the answer's label) or -L4_E*. */
int obj_give(struct l4re_srv_msg *m, struct moe_obj *o, unsigned rights);

/* The object of this type behind the i-th capability of the message, NULL if it is another's. */
struct moe_obj *obj_from_msg(struct l4re_srv_msg *m, unsigned i, const struct moe_type *t);
struct moe_obj *obj_from_cap(l4_cap_idx_t gate, const struct moe_type *t);

/* Memory for an object's own use, charged to its quota. Zeroed. */
void *moe_alloc(struct quota *q, size_t size);
void moe_free(struct quota *q, void *p, size_t size);

/* Drop a reference of a quota that factory.c made, and of its ancestors if it was the last. */
void quota_drop(struct quota *q);

/* Read the operation number. Returns: it, or -L4_EMSGTOOSHORT. */
int moe_op(struct l4re_srv_msg *m);

/* ---- messages of moe itself ------------------------------------------------------------- */

void moe_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void moe_debug(unsigned level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* End: switch the machine off, or leave QEMU with this code. Returns only if neither works. */
void moe_end(int code);

/* ---- the kinds of objects --------------------------------------------------------------- */

extern const struct moe_type ds_type, rm_type, ns_type, log_type, sched_type, factory_type;

struct moe_obj *factory_new(struct quota *pays, struct quota *own);
struct moe_obj *ns_new(struct quota *q);
struct moe_obj *rm_new(struct quota *q);
struct moe_obj *log_new(struct quota *q, const char *tag, const char *colour, long colour_no);
struct moe_obj *sched_new(struct quota *q, unsigned base, unsigned limit, l4_umword_t cpus);

/* Put one of our objects under a name; takes a reference. Returns: 0, -L4_EEXIST, -L4_ENOMEM. */
int ns_put(struct moe_obj *ns, const char *name, struct moe_obj *o, unsigned rights);
struct moe_obj *ns_lookup(struct moe_obj *ns, const char *path);

/* Names in a namespace, for messages: "a b c". */
void ns_list(struct moe_obj *ns, char *buf, size_t size);

/* Start init. Returns: 0 or -L4_E* after saying why. */
int init_start(void);

/* Take everything: memory, kernel info page, modules. Ends moe if it cannot. */
void boot_memory(void);
void boot_modules(void);
