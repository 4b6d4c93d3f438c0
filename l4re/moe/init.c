/* SPDX-License-Identifier: MIT */
/*
 * The first ordinary program: started by moe through the common loader, with memory operations
 * that act on moe's own objects (moe cannot call itself). moe is its parent: when it ends, the
 * system ends.
 */
#include <stdio.h>
#include <string.h>

#include <l4/re/c/parent.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/loader.h>
#include <l4/re/protocols.h>
#include <l4/sigma0/sigma0.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <l4/sys/utcb_layout.h>
#include <moe/rm.h>
#include <proto/l4re.h>

enum {
    INIT_PRIO = 2,
    CAPS = 8,
    EXIT_TRAP = 128, /* exit code after an exception: 128 + trap number */
};

static struct {
    struct moe_obj obj; /* the parent object */
    struct l4re_ldr_task task;
    l4_cap_idx_t sigma0;
} init;

/* ---- the loader's memory operations ----------------------------------------------------- */

static struct ds *ds_of(l4re_ds_t cap)
{
    return (struct ds *)obj_from_cap(cap, &ds_type);
}

static int op_ds_size(l4re_ds_t cap, l4_umword_t *size)
{
    const struct ds *d = ds_of(cap);

    *size = d ? d->size : 0;
    return d ? 0 : -L4_EINVAL;
}

static int op_ds_alloc(l4_cap_idx_t mem, l4_umword_t size, unsigned long flags, l4re_ds_t *cap)
{
    struct ds *d;
    int err;

    (void)mem;
    d = ds_new(&moe.root, (long)size, flags, 0, &err);
    if (!d)
        return err;
    err = obj_export(&d->obj);
    obj_put(&d->obj); /* its gate keeps it until op_ds_free() */
    *cap = d->obj.srv.gate;
    return err;
}

static int op_ds_copy_in(l4re_ds_t dst, l4_umword_t dst_off, l4re_ds_t src, l4_umword_t src_off,
                         l4_umword_t size)
{
    struct ds *d = ds_of(dst);
    struct ds *s = ds_of(src);

    return d && s ? ds_copy_in(d, dst_off, s, src_off, size) : -L4_EINVAL;
}

static void op_ds_free(l4re_ds_t cap)
{
    struct ds *d = ds_of(cap);

    if (!d)
        return;
    l4re_server_unregister(&moe.srv, &d->obj.srv);
    d->obj.exported = 0;
    obj_put(&d->obj);
}

/*
 * A block that moe can read or write as one piece: static memory as it is, and pages of a loose
 * dataspace through a copy that op_unmap() writes back.
 */
static struct {
    struct ds *of;
    void *copy;
    size_t size;
} window;

static int op_map(l4re_ds_t cap, l4_umword_t size, int writable, void **addr)
{
    struct ds *d = ds_of(cap);

    if (!d)
        return -L4_EINVAL;
    if (d->base) {
        *addr = (void *)d->base;
        return 0;
    }
    if (!writable || window.of)
        return -L4_EINVAL;
    window.copy = moe_alloc(&moe.root, size);
    if (!window.copy)
        return -L4_ENOMEM;
    window.of = d;
    window.size = size;
    *addr = window.copy;
    return 0;
}

static int is_zero(const char *p, size_t n)
{
    while (n && !*p) {
        p++;
        n--;
    }
    return !n;
}

static void op_unmap(void *addr, l4_umword_t size)
{
    struct ds_piece p;

    if (addr != window.copy || !window.of)
        return;
    for (size_t at = 0; at < size; at += PAGE_BYTES) {
        const char *from = (const char *)window.copy + at;

        if (!is_zero(from, PAGE_BYTES) &&
            !ds_piece(window.of, at, L4RE_DS_F_RW, 0, 0, PAGE_BYTES, &p))
            memcpy((void *)p.addr, from, PAGE_BYTES);
    }
    moe_free(&moe.root, window.copy, window.size);
    window.of = NULL;
    window.copy = NULL;
}

static int op_rm_create(l4_cap_idx_t fab, l4_cap_idx_t *rm)
{
    struct moe_obj *o = rm_new(&moe.root);
    int err;

    (void)fab;
    if (!o)
        return -L4_ENOMEM;
    err = obj_export(o);
    obj_put(o);
    *rm = o->srv.gate;
    return err;
}

static void op_rm_free(l4_cap_idx_t cap)
{
    struct moe_obj *o = obj_from_cap(cap, &rm_type);

    if (!o)
        return;
    l4re_server_unregister(&moe.srv, &o->srv);
    o->exported = 0;
    obj_put(o);
}

static int op_rm_attach(l4_cap_idx_t rm, l4_addr_t start, l4_umword_t size, l4_uint32_t flags,
                        l4re_ds_t ds, l4_umword_t off, const char *name)
{
    struct moe_obj *o = obj_from_cap(rm, &rm_type);
    struct rm_attach a = { .start = start,
                           .size = size,
                           .flags = flags,
                           .ds = ds_of(ds),
                           .off = off,
                           .client_cap = L4_INVALID_CAP,
                           .backing = off,
                           .name = name };

    return o && a.ds ? rm_do_attach((struct rm *)o, &a) : -L4_EINVAL;
}

static int op_rm_reserve(l4_cap_idx_t rm, l4_addr_t start, l4_umword_t size)
{
    struct moe_obj *o = obj_from_cap(rm, &rm_type);

    return o ? rm_do_reserve((struct rm *)o, &start, size, L4RE_RM_F_RESERVED, 0) : -L4_EINVAL;
}

static const struct l4re_ldr_ops own_ops = {
    .ds_size = op_ds_size,
    .ds_alloc = op_ds_alloc,
    .ds_copy_in = op_ds_copy_in,
    .ds_free = op_ds_free,
    .map = op_map,
    .unmap = op_unmap,
    .rm_create = op_rm_create,
    .rm_free = op_rm_free,
    .rm_attach = op_rm_attach,
    .rm_reserve = op_rm_reserve,
};

/* ---- moe as the parent of init ---------------------------------------------------------- */

static void end_with(int code)
{
    l4re_ldr_kill(&init.task);
    moe_end(code);
}

static int exception(struct l4re_srv_msg *m)
{
    l4_exc_regs_t r;

    if (l4_msgtag_words(m->tag) < L4_UTCB_EXCEPTION_REGS_SIZE)
        return -L4_EMSGTOOSHORT;
    memcpy(&r, m->in_mr, sizeof(r));
    if (r.trapno == L4_EXC_TRAPNO_PAGE_FAULT)
        moe_say("%s is stopped: %s at address %#lx, ip %#lx, sp %#lx", moe.opt.init,
                r.err & 16  ? "no code"
                : r.err & 2 ? "cannot write"
                            : "cannot read",
                r.pfa, r.ip, r.sp);
    else
        moe_say("%s is stopped: exception %lu (error %#lx), ip %#lx, sp %#lx", moe.opt.init,
                r.trapno, r.err, r.ip, r.sp);
    end_with(EXIT_TRAP + (int)(r.trapno & 0x7f));
    return -L4_ENOREPLY;
}

static int parent_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    l4_umword_t sig, val;
    int op;

    (void)o;
    if (l4re_srv_proto(m) == L4_PROTO_EXCEPTION)
        return exception(m);
    if (l4re_srv_proto(m) != L4RE_PROTO_PARENT)
        return -L4_EBADPROTO;
    op = moe_op(m);
    if (op != PROTO_PARENT_SIGNAL)
        return op < 0 ? op : -L4_ENOSYS;
    l4re_msg_get_uword(&m->in, &sig);
    l4re_msg_get_uword(&m->in, &val);
    if (m->in.err)
        return m->in.err;
    if (sig != L4RE_PARENT_SIG_EXIT)
        return 0;
    moe_debug(DBG_INFO, "%s ended with %ld", moe.opt.init, (long)val);
    end_with((int)val);
    return -L4_ENOREPLY;
}

static const struct l4re_srv_iface ifaces[] = {
    { L4RE_PROTO_PARENT, "L4Re::Parent" },
    { L4_PROTO_EXCEPTION, "Exception handler" },
    { 0, NULL },
};

static const struct moe_type parent_type = {
    .name = "parent",
    .dispatch = parent_dispatch,
    .ifaces = ifaces,
    .size = sizeof(struct moe_obj),
};

/* ---- start ------------------------------------------------------------------------------ */

/* The file behind "rom/NAME" or "NAME". Returns: NULL after saying what is there instead. */
static struct moe_obj *find_image(void)
{
    const char *name = strncmp(moe.opt.init, "rom/", 4) ? moe.opt.init : moe.opt.init + 4;
    struct moe_obj *o = ns_lookup(moe.rom, name);
    char list[256];

    if (o && o->type == &ds_type)
        return o;
    ns_list(moe.rom, list, sizeof(list));
    moe_say("cannot start %s: there is no boot module '%s'; there are: %s", moe.opt.init, name,
            *list ? list : "none");
    return NULL;
}

static int is_there(l4_cap_idx_t cap)
{
    return l4_msgtag_label(l4_task_cap_valid(L4_BASE_TASK_CAP, cap)) > 0;
}

static unsigned name_caps(struct l4re_ldr_cap *c)
{
    const struct {
        const char *name;
        l4_cap_idx_t cap;
        unsigned rights;
    } list[] = {
        { "rom", moe.rom->srv.gate, L4_CAP_FPAGE_RO },
        { "rwfs", moe.rwfs->srv.gate, L4_CAP_FPAGE_RW },
        { "sigma0", init.sigma0, L4_CAP_FPAGE_RWS },
        { "icu", L4_BASE_ICU_CAP, L4_CAP_FPAGE_RWS },
        { "iommu", L4_BASE_IOMMU_CAP, L4_CAP_FPAGE_RWS },
        { "jdb", L4_BASE_DEBUGGER_CAP, L4_CAP_FPAGE_RWS },
        { "mem", moe.root_factory->srv.gate, L4_CAP_FPAGE_RWS },
        { "kip", moe.kip_ds->srv.gate, L4_CAP_FPAGE_RO },
    };
    unsigned n = 0;

    for (unsigned i = 0; i < CAPS; i++) {
        if (is_there(list[i].cap))
            c[n++] = (struct l4re_ldr_cap){ list[i].name, list[i].cap, list[i].rights, 0 };
    }
    return n;
}

static int export_all(struct moe_obj *image)
{
    struct moe_obj *const list[] = {
        image, moe.rom, moe.rwfs, moe.kip_ds, moe.root_factory, moe.log
    };
    int err = 0;

    for (unsigned i = 0; !err && i < sizeof(list) / sizeof(list[0]); i++)
        err = obj_export(list[i]);
    if (err)
        return err;

    /* The parent object is no ordinary one: it lives as long as moe. */
    init.obj.type = &parent_type;
    init.obj.refs = 1;
    init.obj.quota = &moe.root;
    init.obj.srv.ifaces = ifaces;
    err = obj_make_permanent(&init.obj);
    init.sigma0 = l4re_util_cap_alloc();
    if (l4sigma0_new_client(L4_BASE_PAGER_CAP, init.sigma0) < 0)
        moe_say("sigma0 gives no second capability; init goes without");
    return err;
}

int init_start(void)
{
    struct l4re_ldr_cap caps[CAPS];
    struct moe_obj *image = find_image();
    struct l4re_ldr_prog p;
    int err;

    if (!image)
        return -L4_ENOENT;
    err = export_all(image);
    if (err) {
        moe_say("cannot make capabilities for %s: error %d", moe.opt.init, err);
        return err;
    }
    p = (struct l4re_ldr_prog){
        .name = moe.opt.init,
        .image = image->srv.gate,
        .argv = moe.opt.args,
        .caps = caps,
        .ncaps = name_caps(caps),
        .make_factory = L4_BASE_FACTORY_CAP,
        .make_mem = moe.root_factory->srv.gate,
        .make_rm = L4_INVALID_CAP,
        .make_scheduler = L4_BASE_SCHEDULER_CAP,
        .factory = L4_BASE_FACTORY_CAP,
        .log = moe.log->srv.gate,
        .icu = L4_BASE_ICU_CAP,
        .scheduler = L4_BASE_SCHEDULER_CAP,
        .jdb = is_there(L4_BASE_DEBUGGER_CAP) ? L4_BASE_DEBUGGER_CAP : L4_INVALID_CAP,
        .mem_alloc = moe.root_factory->srv.gate,
        .parent = init.obj.srv.gate,
        .kip_ds = moe.kip_ds->srv.gate,
        .dbg_events = L4_INVALID_CAP,
        .prio = INIT_PRIO,
        .dbg_lvl = moe.opt.l4re_dbg,
        .ldr_flags = moe.opt.ldr_flags,
    };
    err = l4re_ldr_start_with(&own_ops, &p, &init.task);
    if (err)
        moe_say("cannot start %s", init.task.msg);
    return err;
}
