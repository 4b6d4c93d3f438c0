/* SPDX-License-Identifier: MIT */
/* <ned/sys.h> on the L4 API. */
#include <ned/sys.h>

#include <l4/re/c/dataspace.h>
#include <l4/re/c/debug.h>
#include <l4/re/c/namespace.h>
#include <l4/re/c/parent.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/re/loader.h>
#include <l4/re/protocols.h>
#include <l4/re/server.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/platform_control.h>
#include <l4/sys/task.h>
#include <l4/sys/utcb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct l4re_server server;

int sys_init(void)
{
    return l4re_server_init(&server, l4re_env()->main_thread, l4re_env()->factory);
}

const char *sys_error_text(long err)
{
    return l4sys_errtostr(err);
}

/* ---- capability slots ---- */

l4_cap_idx_t sys_slot_alloc(void)
{
    return l4re_util_cap_alloc();
}

void sys_slot_free(l4_cap_idx_t slot)
{
    l4re_util_cap_free_um(slot);
}

bool sys_cap_present(l4_cap_idx_t cap)
{
    return l4_is_valid_cap(cap) && l4_msgtag_label(l4_task_cap_valid(L4_BASE_TASK_CAP, cap)) > 0;
}

bool sys_cap_same(l4_cap_idx_t a, l4_cap_idx_t b)
{
    return l4_msgtag_label(l4_task_cap_equal(L4_BASE_TASK_CAP, a, b)) > 0;
}

long sys_cap_debug(l4_cap_idx_t cap, unsigned long function)
{
    return l4re_debug_obj_debug(cap, function);
}

/* The capabilities of l4re_env_t, under the names that scripts know. */
static bool env_base_cap(unsigned i, const char **name, l4_cap_idx_t *cap)
{
    const l4re_env_t *e = l4re_env();
    const struct {
        const char *name;
        l4_cap_idx_t cap;
    } base[] = {
        { "factory", e->factory },
        { "mem_alloc", e->mem_alloc },
        { "log", e->log },
        { "scheduler", e->scheduler },
        { "rm", e->rm },
        { "parent", e->parent },
        { "task", L4_BASE_TASK_CAP },
    };

    if (i >= sizeof(base) / sizeof(base[0]))
        return false;
    *name = base[i].name;
    *cap = base[i].cap;
    return true;
}

bool sys_env_cap(unsigned i, const char **name, l4_cap_idx_t *cap)
{
    static char text[sizeof(((l4re_env_cap_entry_t *)0)->name) + 1];
    const l4re_env_cap_entry_t *c = l4re_env()->caps;
    unsigned n = 0;

    for (; c->flags != ~0UL; c++, n++) {
        if (n == i) {
            memcpy(text, c->name, sizeof(c->name));
            *name = text;
            *cap = c->cap;
            return true;
        }
    }
    return env_base_cap(i - n, name, cap);
}

/* ---- objects ---- */

static int arg_add(const struct sys_arg *a, l4_msgtag_t *tag, l4_utcb_t *u)
{
    switch (a->kind) {
    case SYS_ARG_NIL: return l4_factory_create_add_nil_u(tag, u);
    case SYS_ARG_INT: return l4_factory_create_add_int_u((l4_mword_t)a->num, tag, u);
    case SYS_ARG_STR: return l4_factory_create_add_str_u(a->str, tag, u);
    }
    return -L4_EINVAL;
}

long sys_create(l4_cap_idx_t fab, long proto, const struct sys_arg *args, unsigned nargs,
                l4_cap_idx_t slot)
{
    l4_utcb_t *u = l4_utcb();
    l4_msgtag_t tag = l4_factory_create_start_u(proto, slot, u);

    for (unsigned i = 0; i < nargs; i++)
        if (arg_add(&args[i], &tag, u) < 0)
            return -L4_EMSGTOOLONG;
    return l4_error_u(l4_factory_create_commit_u(fab, tag, u), u);
}

long sys_ns_query(l4_cap_idx_t ns, const char *path, l4_cap_idx_t slot)
{
    return l4re_ns_query_srv(ns, path, slot);
}

long sys_ns_register(l4_cap_idx_t ns, const char *name, l4_cap_idx_t cap, unsigned rights,
                     unsigned flags)
{
    return l4re_ns_register_obj_srv(ns, name, cap, (rights & L4RE_NS_REGISTER_RWS) | flags);
}

long sys_ns_unlink(l4_cap_idx_t ns, const char *name)
{
    return l4re_ns_unlink_srv(ns, name);
}

long sys_suspend(l4_cap_idx_t pfc, unsigned long extra)
{
    return l4_error(l4_platform_ctl_system_suspend(pfc, extra));
}

long sys_shutdown(l4_cap_idx_t pfc, bool reboot)
{
    return l4_error(l4_platform_ctl_system_shutdown(pfc, reboot));
}

const char *sys_kip_string(void)
{
    return l4_kip_version_string(l4re_kip());
}

const char *sys_kip_platform(void)
{
    return l4re_kip()->platform_info.name;
}

/* ---- files ---- */

int sys_file_open(const char *path, struct sys_file *f)
{
    void *addr = NULL;
    long err;

    *f = (struct sys_file){ .ds = sys_slot_alloc() };
    if (l4_is_invalid_cap(f->ds))
        return -L4_ENOMEM;
    err = l4re_ns_query_path(path, f->ds);
    if (err < 0)
        goto out_slot;
    f->size = (size_t)l4re_ds_size(f->ds);
    err = -L4_EINVAL;
    if (!f->size)
        goto out_slot;
    err =
        l4re_rm_attach(&addr, f->size, L4RE_RM_F_SEARCH_ADDR | L4RE_RM_F_R, f->ds, 0, L4_PAGESHIFT);
    if (err < 0)
        goto out_slot;
    f->data = addr;
    return 0;

out_slot:
    sys_slot_free(f->ds);
    return (int)err;
}

void sys_file_close(struct sys_file *f)
{
    l4re_rm_detach((void *)(l4_addr_t)f->data);
    sys_slot_free(f->ds);
    *f = (struct sys_file){ .ds = L4_INVALID_CAP };
}

/* ---- programs ---- */

struct sys_app {
    struct l4re_srv_obj obj; /* the parent of the task, which is also its exception handler */
    struct app *owner;
    struct l4re_ldr_task task;
};

static int app_parent_signal(struct sys_app *a, struct l4re_srv_msg *m)
{
    l4_uint32_t op;
    l4_umword_t sig, val;

    l4re_msg_get_u32(&m->in, &op);
    if (!m->in.err && op != 0)
        return -L4_ENOSYS;
    l4re_msg_get_uword(&m->in, &sig);
    l4re_msg_get_uword(&m->in, &val);
    if (m->in.err)
        return m->in.err;
    if (sig != L4RE_PARENT_SIG_EXIT)
        return 0;
    app_exited(a->owner, (int)val);
    return -L4_ENOREPLY; /* the caller is about to be destroyed */
}

static int app_exception(struct sys_app *a, struct l4re_srv_msg *m)
{
    l4_exc_regs_t regs;

    if (l4_msgtag_words(m->tag) < L4_UTCB_EXCEPTION_REGS_SIZE)
        return -L4_EMSGTOOSHORT;
    memcpy(&regs, m->in_mr, sizeof(regs));

    struct fault f = { .trapno = regs.trapno, .err = regs.err, .addr = regs.pfa, .ip = regs.ip };

    app_faulted(a->owner, &f);
    return -L4_ENOREPLY; /* the thread stays where it is until it is destroyed */
}

static int app_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    struct sys_app *a = (struct sys_app *)(void *)o;

    switch (l4re_srv_proto(m)) {
    case L4RE_PROTO_PARENT: return app_parent_signal(a, m);
    case L4_PROTO_EXCEPTION: return app_exception(a, m);
    default: return -L4_EBADPROTO;
    }
}

static struct l4re_ldr_cap ldr_cap(const struct app_cap *c)
{
    return (struct l4re_ldr_cap){
        .name = c->name,
        .cap = c->cap,
        .rights = c->rights & 0xf,
        .ext = c->rights & (L4_FPAGE_C_NO_REF_CNT | L4_FPAGE_C_IPCGATE_SVR),
    };
}

/* A capability of the environment that also has an index of its own. */
static l4_cap_idx_t spec_cap(const struct app_spec *spec, const char *name)
{
    for (unsigned i = 0; i < spec->ncaps; i++)
        if (!strcmp(spec->caps[i].name, name))
            return spec->caps[i].cap;
    return L4_INVALID_CAP;
}

/*
 * The loader passes on what a base capability has; to give less, there must be a lesser one.
 * Roles: those of struct app_spec whose capabilities the program gets.
 */
enum {
    ROLE_LOG,
    ROLE_FACTORY,
    ROLE_MEM,
    ROLE_SCHEDULER,
    ROLES,
};

static void roles_free(l4_cap_idx_t lesser[ROLES])
{
    for (unsigned i = 0; i < ROLES; i++)
        if (l4_is_valid_cap(lesser[i]))
            sys_slot_free(lesser[i]);
}

/* For each role with narrowed rights a slot with the lesser capability, else an invalid one. */
static int roles_make(const struct app_spec *spec, l4_cap_idx_t lesser[ROLES])
{
    const struct app_cap *role[ROLES] = { &spec->log, &spec->factory, &spec->mem,
                                          &spec->scheduler };
    long err = 0;

    for (unsigned i = 0; i < ROLES; i++) {
        lesser[i] = L4_INVALID_CAP;
        if (err < 0 || (role[i]->rights & L4_CAP_FPAGE_RWS) == L4_CAP_FPAGE_RWS)
            continue;
        lesser[i] = sys_slot_alloc();
        if (l4_is_invalid_cap(lesser[i]))
            err = -L4_ENOMEM;
        else
            err = l4_error(
                l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
                            l4_obj_fpage(role[i]->cap, 0, (unsigned char)(role[i]->rights & 0xf)),
                            l4_map_obj_control(lesser[i], 0)));
    }
    if (err < 0)
        roles_free(lesser);
    return err < 0 ? (int)err : 0;
}

static l4_cap_idx_t role_cap(l4_cap_idx_t lesser, const struct app_cap *whole)
{
    return l4_is_valid_cap(lesser) ? lesser : whole->cap;
}

static int app_load(const struct app_spec *spec, l4_cap_idx_t image, struct l4re_ldr_cap *caps,
                    struct sys_app *a)
{
    l4_cap_idx_t lesser[ROLES];
    int err = roles_make(spec, lesser);

    if (err < 0) {
        snprintf(a->task.msg, sizeof(a->task.msg), "%s: cannot narrow its capabilities: %s",
                 spec->argv[0], sys_error_text(err));
        return err;
    }
    for (unsigned i = 0; i < spec->ncaps; i++)
        caps[i] = ldr_cap(&spec->caps[i]);

    struct l4re_ldr_prog p = {
        .name = spec->argv[0],
        .image = image,
        .argv = spec->argv,
        .envp = spec->envv,
        .caps = caps,
        .ncaps = spec->ncaps,
        .make_factory = spec->factory.cap,
        .make_mem = spec->mem.cap,
        .make_rm = spec->rm_fab.cap,
        .make_scheduler = spec->scheduler.cap,
        .factory = role_cap(lesser[ROLE_FACTORY], &spec->factory),
        .log = role_cap(lesser[ROLE_LOG], &spec->log),
        .icu = spec_cap(spec, "icu"),
        .scheduler = role_cap(lesser[ROLE_SCHEDULER], &spec->scheduler),
        .jdb = spec_cap(spec, "jdb"),
        .mem_alloc = role_cap(lesser[ROLE_MEM], &spec->mem),
        .parent = a->obj.gate,
        .kip_ds = L4RE_CAP_IDX_KIP_DS << L4_CAP_SHIFT,
        .dbg_events = L4_INVALID_CAP,
        .dbg_lvl = spec->l4re_dbg,
        .ldr_flags = spec->ldr_flags,
    };

    err = l4re_ldr_start(&p, &a->task);
    roles_free(lesser);
    return err;
}

/* With the parent's gate in place: find the file, load it. */
static int app_find_and_load(const struct app_spec *spec, struct sys_app *a, char *why)
{
    struct l4re_ldr_cap *caps = calloc(spec->ncaps + 1, sizeof(*caps));
    l4_cap_idx_t image = sys_slot_alloc();
    int err = -L4_ENOMEM;

    if (!caps || l4_is_invalid_cap(image)) {
        snprintf(why, SYS_WHY_MAX, "ned is out of memory");
        goto out;
    }
    err = (int)l4re_ns_query_path(spec->argv[0], image);
    if (err < 0) {
        snprintf(why, SYS_WHY_MAX, "no program '%s': %s; is it in the list of modules?",
                 spec->argv[0], sys_error_text(err));
        goto out;
    }
    err = app_load(spec, image, caps, a);
    if (err < 0)
        snprintf(why, SYS_WHY_MAX, "%s", a->task.msg);
out:
    if (l4_is_valid_cap(image))
        sys_slot_free(image);
    free(caps);
    return err;
}

int sys_app_start(const struct app_spec *spec, struct app *owner, struct sys_app **out, char *why)
{
    struct sys_app *a = calloc(1, sizeof(*a));
    int err;

    if (!a) {
        snprintf(why, SYS_WHY_MAX, "ned is out of memory");
        return -L4_ENOMEM;
    }
    a->owner = owner;
    a->obj.dispatch = app_dispatch;
    err = l4re_server_register(&server, &a->obj);
    if (err < 0) {
        snprintf(why, SYS_WHY_MAX, "cannot make the parent of task '%s': %s", spec->name,
                 sys_error_text(err));
        free(a);
        return err;
    }
    err = app_find_and_load(spec, a, why);
    if (err < 0) {
        l4re_server_unregister(&server, &a->obj);
        free(a);
        return err;
    }
    *out = a;
    return 0;
}

void sys_app_destroy(struct sys_app *a)
{
    l4re_ldr_kill(&a->task);
    l4re_server_unregister(&server, &a->obj);
    free(a);
}

/* ---- serving ---- */

void sys_serve_one(void)
{
    l4re_server_step(&server, L4_IPC_NEVER);
}

enum {
    CMD_PROTO = L4_PROTO_NONE, /* the interface has no number of its own */
    CMD_OP_EXECUTE = 0,
};

static int cmd_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    static char out[L4RE_MSG_WORDS * sizeof(l4_umword_t) - sizeof(l4_uint16_t)];
    const char *line;
    unsigned long len;
    l4_uint32_t op;
    size_t n;

    (void)o;
    if (l4re_srv_proto(m) != CMD_PROTO)
        return -L4_EBADPROTO;
    l4re_msg_get_u32(&m->in, &op);
    if (!m->in.err && op != CMD_OP_EXECUTE)
        return -L4_ENOSYS;
    line = l4re_msg_get_array(&m->in, &len);
    if (m->in.err)
        return m->in.err;
    n = command_execute(line, strnlen(line, len), out, sizeof(out));
    l4re_msg_put_u16(&m->out, (l4_uint16_t)n);
    l4re_msg_put_bytes(&m->out, out, n);
    return 0;
}

int sys_offer_commands(l4_cap_idx_t gate)
{
    static struct l4re_srv_obj cmd = { .dispatch = cmd_dispatch };

    return l4re_server_register_cap(&server, &cmd, gate);
}
