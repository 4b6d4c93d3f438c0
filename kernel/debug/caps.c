/* SPDX-License-Identifier: MIT */
/*
 * Slots against headers. The slots of all tasks are taken off the counters, then nothing may be
 * left but what boot pinned, then they are put back: one pass over the slots, no memory. Dead tasks
 * that still have their table count as well.
 */
#include <debug/check.h>

#include <cap/lookup.h>
#include <ipc/gate.h>
#include <ipc/task.h>
#include <space/check.h>
#include <space/space.h>

static struct task *next_task(struct kobj **cursor)
{
    struct kobj *o;

    while ((o = kobj_next(cursor)))
        if (o->type == &task_type)
            return task_of(o);
    return NULL;
}

static const char *check_slot(const struct cap_slot *s, int weight)
{
    uint64_t auth = atomic_u64_load_acquire(&s->auth);
    struct kobj *o = atomic_ptr_load_relaxed(&s->obj);
    struct cap c;

    if (!auth)
        return NULL;
    if (auth <= 0xff)
        return "a slot is taken by nobody";
    if (!o || (auth >> 8) >= kobj_serials_given())
        return "a slot with a serial that was never given out";
    if (!(auth & CAP_R))
        return "a slot that is neither empty nor readable";
    c = captab_read(s, auth);
    if (c.obj && (c.rights & CAP_COUNTED))
        atomic_u32_fetch_add_relaxed(&c.obj->counted, (uint32_t)weight);
    return NULL;
}

/* Add `weight` to the counter behind each counted slot. A bad slot is noted, not the end. */
static const char *weigh(int weight)
{
    struct kobj *cursor = NULL;
    const char *bad = NULL;
    struct task *t;

    while ((t = next_task(&cursor))) {
        const struct captab *table = &t->space->caps;

        for (unsigned long i = captab_next(table, 0); i < CAP_INDEX_MAX;
             i = captab_next(table, i + 1)) {
            const char *wrong = check_slot(captab_slot(table, i), weight);

            bad = bad ?: wrong;
        }
    }
    return bad;
}

/* What is left of its counter. The sum of what is above zero must be the pins of boot. */
static const char *check_counter(const struct kobj *o, uint32_t *pins)
{
    int32_t rest = (int32_t)atomic_u32_load_relaxed(&o->counted);

    if (rest > 0 && kobj_alive(o)) {
        if ((uint32_t)rest > *pins)
            return "more counted capabilities than slots";
        *pins -= (uint32_t)rest;
    }
    /* A server may lower the counter of its gate. */
    if (rest < 0 && o->type != &gate_type)
        return "fewer counted capabilities than slots";
    return NULL;
}

const char *debug_check_caps(void)
{
    struct kobj *cursor = NULL;
    const char *bad = weigh(-1);
    unsigned long used = 0;
    uint32_t pins = kobj_pins();
    struct kobj *o;

    while ((o = kobj_next(&cursor))) {
        const char *wrong = check_counter(o, &pins);

        bad = bad ?: wrong;
        used++;
    }
    (void)weigh(1);
    if (!bad && used != kobj_live_headers())
        bad = "headers without references are not free";
    return bad;
}

const char *debug_check_spaces(bool still)
{
    struct kobj *cursor = NULL;
    const char *bad = NULL;
    struct task *t;

    while (!bad && (t = next_task(&cursor)))
        bad = space_check(t->space, still);
    return bad;
}
