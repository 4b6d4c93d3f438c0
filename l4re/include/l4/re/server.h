/* SPDX-License-Identifier: MIT */
/*
 * Servers: objects behind capabilities, and the loop that serves them.
 *
 *     struct counter { struct l4re_srv_obj obj; unsigned long n; };
 *
 *     static int counter_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
 *     {
 *         struct counter *c = (struct counter *)o;       // obj is the first member
 *         unsigned op;
 *
 *         if (l4re_srv_proto(m) != MY_PROTO)
 *             return -L4_EBADPROTO;
 *         l4re_msg_get_u32(&m->in, &op);
 *         if (m->in.err)
 *             return m->in.err;
 *         switch (op) {
 *         case 0: l4re_msg_put_uword(&m->out, ++c->n); return 0;
 *         default: return -L4_ENOSYS;
 *         }
 *     }
 *
 *     l4re_server_init(&srv, l4re_env()->main_thread, l4re_env()->factory);
 *     counter.obj.dispatch = counter_dispatch;
 *     l4re_server_register_name(&srv, &counter.obj, "counter");   // gate from the environment
 *     l4re_server_loop(&srv);
 *
 * One thread serves; nothing here is safe to call from another thread. Request and answer are
 * copies: a dispatch function may make any system call. No message ends the loop.
 * The address of an object is the label of its gate. Labels are looked up before use, so a
 * message that was on its way when its object went is answered -L4_ENOENT.
 * Looking for objects without clients is done in steps between messages.
 */
#pragma once

#include <l4/re/msg.h>
#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

enum {
    L4RE_SRV_MAX_CAPS = 4, /* capabilities one message can bring */
    L4RE_SRV_BUCKETS = 256,
};

struct l4re_server;
struct l4re_srv_obj;

/* A capability that came with a message. */
struct l4re_srv_cap {
    enum {
        L4RE_SRV_CAP_NONE,   /* none was sent: a void item */
        L4RE_SRV_CAP_BROKEN, /* one was sent, but nothing arrived: the sender's slot is empty */
        L4RE_SRV_CAP_MAPPED, /* in slot `cap` until dispatch returns, see l4re_srv_take_cap() */
        L4RE_SRV_CAP_LOCAL,  /* one of our own objects, `obj`; nothing was mapped */
    } kind;
    l4_cap_idx_t cap;
    struct l4re_srv_obj *obj;
    unsigned rights; /* of a local one: L4_CAP_FPAGE_W | L4_CAP_FPAGE_S */
};

/* A request and the answer to be. */
struct l4re_srv_msg {
    struct l4re_server *srv;
    l4_msgtag_t tag;
    unsigned rights; /* of the sender's capability: L4_CAP_FPAGE_W | L4_CAP_FPAGE_S */
    unsigned ncaps;  /* items that came, at most L4RE_SRV_MAX_CAPS */
    struct l4re_srv_cap caps[L4RE_SRV_MAX_CAPS];
    struct l4re_msg in;  /* read the arguments here, items are in caps[] */
    struct l4re_msg out; /* write the results here */
    unsigned out_flags;  /* of the answer's tag, e.g. for exception answers */
    l4_umword_t in_mr[L4RE_MSG_WORDS + 1];
    l4_umword_t out_mr[L4RE_MSG_WORDS + 1];
};

/* What META answers about an object; a list that ends with name NULL. */
struct l4re_srv_iface {
    long proto;
    const char *name;
};

struct l4re_srv_obj {
    /*
     * Serve one message, page faults and exceptions included (labels -2, -5).
     * Returns: the label of the answer (0 or positive, or -L4_E*), or -L4_ENOREPLY to send none.
     * On an error what was written to m->out is dropped. The object may unregister and free
     * itself here.
     */
    int (*dispatch)(struct l4re_srv_obj *o, struct l4re_srv_msg *m);

    /*
     * The last capability outside this task went away. The object is already unregistered and
     * its gate gone; free it here. NULL: the object stays registered for ever.
     */
    void (*release)(struct l4re_srv_obj *o);

    const struct l4re_srv_iface *ifaces; /* may be NULL */

    /* The server's own. */
    l4_cap_idx_t gate;
    struct l4re_srv_obj *hash_next;
    struct l4re_srv_obj *prev, *next;
    unsigned flags;
};

struct l4re_server {
    l4_cap_idx_t thread;
    l4_cap_idx_t factory;
    l4_cap_idx_t slots[L4RE_SRV_MAX_CAPS]; /* receive slots, the first `demand` are in use */
    unsigned demand;
    struct l4re_srv_obj *bucket[L4RE_SRV_BUCKETS];
    struct l4re_srv_obj *objs;  /* all, newest first */
    struct l4re_srv_obj *given; /* went out with the answer being sent */
    struct l4re_srv_obj gc;     /* the deletion IRQ */
    l4_cap_idx_t gc_irq;
    struct l4re_srv_obj *gc_at; /* the next object to look at */
    int gc_busy;                /* a round is under way */
    int gc_again;               /* another round is wanted */
    struct l4re_srv_msg msg;
};

/*
 * Prepare to serve in `thread` (the calling one); `factory` pays for gates.
 * Returns: 0; -L4_ENOMEM.
 */
int l4re_server_init(struct l4re_server *srv, l4_cap_idx_t thread, l4_cap_idx_t factory);

/* Accept up to n capabilities with a message (default 1, at most L4RE_SRV_MAX_CAPS). */
int l4re_server_set_demand(struct l4re_server *srv, unsigned n);

/* Make a gate for the object; obj->gate is the capability to give away. */
int l4re_server_register(struct l4re_server *srv, struct l4re_srv_obj *o);

/* Serve the object at a gate that exists (needs the server right on it). */
int l4re_server_register_cap(struct l4re_server *srv, struct l4re_srv_obj *o, l4_cap_idx_t gate);

/* Serve the object at the gate with this name in the environment. Returns also: -L4_ENOENT. */
int l4re_server_register_name(struct l4re_server *srv, struct l4re_srv_obj *o, const char *name);

/*
 * Deliver this IRQ to the object: dispatch is called with an empty message, its result ignored.
 * The IRQ is not unmasked.
 */
int l4re_server_register_irq(struct l4re_server *srv, struct l4re_srv_obj *o, l4_cap_idx_t irq);

/* Stop serving. A gate that l4re_server_register() made is deleted, its clients see it gone. */
void l4re_server_unregister(struct l4re_server *srv, struct l4re_srv_obj *o);

/*
 * Watch the life of gates: from now on an object with a release function that was given to
 * l4re_server_give() and has no capability left outside is released.
 */
int l4re_server_gc_enable(struct l4re_server *srv);

/*
 * Put the object's capability into the answer of `m`. With `owned` the clients own the object:
 * it is released when the last of them drops it (needs l4re_server_gc_enable()).
 */
void l4re_srv_give(struct l4re_srv_msg *m, struct l4re_srv_obj *o, unsigned rights, int owned);

/*
 * Let the object live as long as there is a capability outside. Called once after registering;
 * l4re_srv_give() with `owned` does it.
 */
void l4re_server_disown(struct l4re_server *srv, struct l4re_srv_obj *o);

/*
 * Keep the i-th mapped capability of the message beyond dispatch. Returns: its selector, owned
 * by the caller (free with l4re_util_cap_free_um()); invalid if there is none or no slot is left.
 */
l4_cap_idx_t l4re_srv_take_cap(struct l4re_srv_msg *m, unsigned i);

/* The protocol of the request. */
long l4re_srv_proto(const struct l4re_srv_msg *m);

/* Is this one of the objects registered now? (For labels that came another way.) */
struct l4re_srv_obj *l4re_server_lookup(struct l4re_server *srv, l4_umword_t label);

/* Serve for ever. */
L4_NORETURN void l4re_server_loop(struct l4re_server *srv);

/*
 * Wait at most `timeout` for one message, serve and answer it.
 * Returns: 0 after a message; -L4_EAGAIN after the timeout.
 */
int l4re_server_step(struct l4re_server *srv, l4_timeout_t timeout);

EXTERN_C_END
