/* SPDX-License-Identifier: MIT */
/* Hostile loads: what threads of low priority do to be in the way. */
#pragma once

#include <bench/bench.h>

struct load {
    void (*prepare)(void); /* each of the three may be NULL */
    void (*step)(void);    /* a piece of work, by the main thread */
    void (*finish)(void);
    unsigned steps;
};

extern const struct load load_none, load_ipc, load_unmap, load_objects, load_senders, load_kill,
    load_modify, load_timeouts, load_quota, load_fault, load_caps;

/* Slots of loads: outside of those that belong to a test. */
enum {
    SLOT_BIG = 0x1100, /* factory with BIG_QUOTA, made and deleted by big_make and big_delete */
    SLOT_A = 0x1101,
    SLOT_B = 0x1102,
    SLOT_MANY = 0x2000, /* MANY of them */
    MANY = 1024,

    CROWD_GATE = 0x1e4, /* in the crowd's task: what its threads send to */
};

#define LOAD_SLOT(index) ((l4_cap_idx_t)(index) << L4_CAP_SHIFT)
#define BIG LOAD_SLOT(SLOT_BIG)

void big_make(void);
void big_delete(void);

/* Start this many (at most MANY) threads in a task of their own; each runs fn on a tiny stack. */
enum {
    CROWD = 1000,
};
struct task *crowd_start(unsigned n, void (*fn)(void));
void crowd_end(void);

/* Delete all objects in the slots SLOT_MANY. */
void many_delete(void);
