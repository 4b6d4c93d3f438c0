/* SPDX-License-Identifier: MIT */
/*
 * Starting a program, see <l4/re/loader.h>.
 *
 *     image ─► elf_read ─► region map: segments, stack, kernel info page
 *                      └─► task, thread ─► initial capabilities ─► run
 *
 * Whatever was made when a step fails is taken back: nothing of the program runs before the last
 * step.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/l4aux.h>
#include <l4/re/loader.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <loader/elf.h>
#include <loader/stack.h>

enum {
    PRIO_DEFAULT = 2,
    PROG_LOW = 0x10000,
    PROG_HIGH = 0x70000000, /* below stack, kernel info page and UTCBs */
    CAPS_MAX = 64,
};

struct load {
    const struct l4re_ldr_ops *ops;
    const struct l4re_ldr_prog *prog;
    struct l4re_ldr_task *task;
    struct elf_prog elf;
    l4_umword_t image_size;
    l4_addr_t kip_addr;
    l4_addr_t stack_low;
    l4_umword_t stack_size;
    l4_addr_t sp;
};

/* Note what went wrong. Returns: err. */
__attribute__((format(printf, 3, 4))) static int fail(struct load *l, int err, const char *fmt, ...)
{
    char text[128];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    snprintf(l->task->msg, sizeof(l->task->msg), "%.24s: %s", l->prog->name, text);
    return err;
}

static int fail_err(struct load *l, int err, const char *what)
{
    return fail(l, err, "cannot %s: %s", what, l4sys_errtostr(err));
}

/* ---- memory ----------------------------------------------------------------------------- */

static int read_image(struct load *l)
{
    const struct elf_limits lim = { PROG_LOW, PROG_HIGH };
    void *file;
    int err = l->ops->ds_size(l->prog->image, &l->image_size);

    if (err)
        return fail_err(l, err, "ask for the size of the file");
    if (!l->image_size)
        return fail(l, -L4_EINVAL, "the file is empty");
    err = l->ops->map(l->prog->image, l->image_size, 0, &file);
    if (err)
        return fail_err(l, err, "map the file");
    err = elf_read(file, l->image_size, &lim, &l->elf);
    l->ops->unmap(file, l->image_size);
    return err ? fail(l, err, "%s", l->elf.text) : 0;
}

static l4_uint32_t region_flags(unsigned elf_rights)
{
    return L4RE_RM_F_R | (elf_rights & ELF_W ? L4RE_RM_F_W : 0) |
           (elf_rights & ELF_X ? L4RE_RM_F_X : 0);
}

/* Can the segment be shown straight from the file? */
static int is_direct(const struct load *l, const struct elf_segment *s)
{
    return !(s->rights & ELF_W) && s->filesz == s->memsz &&
           (s->addr - s->offset) % L4_PAGESIZE == 0 &&
           !(l->prog->ldr_flags & L4RE_AUX_LDR_FLAG_ALL_SEGS_COW);
}

static int attach_direct(struct load *l, const struct elf_segment *s)
{
    l4_addr_t start = l4_trunc_page(s->addr);

    return l->ops->rm_attach(l->task->rm, start, l4_round_page(s->addr + s->memsz) - start,
                             region_flags(s->rights), l->prog->image, l4_trunc_page(s->offset),
                             l->prog->name);
}

static int attach_copy(struct load *l, const struct elf_segment *s)
{
    l4_addr_t start = l4_trunc_page(s->addr);
    l4_umword_t size = l4_round_page(s->addr + s->memsz) - start;
    unsigned long flags = l->prog->ldr_flags & L4RE_AUX_LDR_FLAG_PINNED_SEGS ? L4RE_MA_PINNED : 0;
    l4re_ds_t ds;
    int err = l->ops->ds_alloc(l->prog->make_mem, size, flags, &ds);

    if (err)
        return err;
    if (s->filesz)
        err = l->ops->ds_copy_in(ds, s->addr - start, l->prog->image, s->offset, s->filesz);
    if (!err)
        err = l->ops->rm_attach(l->task->rm, start, size, region_flags(s->rights), ds, 0,
                                l->prog->name);
    l->ops->ds_free(ds);
    return err;
}

static int attach_segments(struct load *l)
{
    for (unsigned i = 0; i < l->elf.nsegments; i++) {
        const struct elf_segment *s = &l->elf.segment[i];
        int err = is_direct(l, s) ? attach_direct(l, s) : attach_copy(l, s);

        if (err)
            return fail(l, err, "cannot load the segment at 0x%llx: %s",
                        (unsigned long long)s->addr, l4sys_errtostr(err));
    }
    return 0;
}

static int lay_out(struct load *l)
{
    l4_umword_t size = l->elf.stack_size ? l->elf.stack_size : L4RE_STACK_SIZE;
    int err;

    if (size > L4RE_STACK_SIZE_MAX)
        return fail(l, -L4_EINVAL, "asks for a stack of 0x%lx bytes, at most 0x%x are allowed",
                    size, L4RE_STACK_SIZE_MAX);
    size = size < L4RE_STACK_SIZE_MIN ? L4RE_STACK_SIZE_MIN : l4_round_page(size);
    l->stack_size = size;
    l->stack_low = l->elf.stack_addr ? l4_trunc_page(l->elf.stack_addr) : L4RE_STACK_TOP - size;
    l->kip_addr = l->elf.kip_addr ? l4_trunc_page(l->elf.kip_addr) : L4RE_KIP_ADDR;

    err = l->ops->rm_reserve(l->task->rm, L4RE_UTCB_AREA, 1UL << L4RE_UTCB_AREA_ORDER);
    if (err)
        return fail_err(l, err, "reserve the UTCB area");
    for (unsigned i = 0; i < l->elf.nvmas; i++) {
        l4_addr_t start = l4_trunc_page(l->elf.vma[i].start);

        err = l->ops->rm_reserve(l->task->rm, start, l4_round_page(l->elf.vma[i].end) - start);
        if (err)
            return fail_err(l, err, "reserve the addresses it asks for");
    }
    if (l4_is_invalid_cap(l->prog->kip_ds))
        return 0;
    err = l->ops->rm_attach(l->task->rm, l->kip_addr, L4_PAGESIZE, L4RE_RM_F_RX, l->prog->kip_ds, 0,
                            "kip");
    return err ? fail_err(l, err, "attach the kernel info page") : 0;
}

/* ---- initial capabilities --------------------------------------------------------------- */

static l4_cap_idx_t at_index(l4_umword_t index)
{
    return index << L4_CAP_SHIFT;
}

/* Selector the program sees: of the index if it gets that capability, else invalid. */
static l4_cap_idx_t seen(l4_cap_idx_t given, l4_umword_t index)
{
    return l4_is_valid_cap(given) ? at_index(index) : L4_INVALID_CAP;
}

static l4re_env_t make_env(const struct load *l)
{
    const struct l4re_ldr_prog *p = l->prog;

    return (l4re_env_t){
        .parent = seen(p->parent, L4RE_CAP_IDX_PARENT),
        .rm = at_index(L4RE_CAP_IDX_RM),
        .mem_alloc = seen(p->mem_alloc, L4RE_CAP_IDX_MEM_ALLOC),
        .log = seen(p->log, l4_cap_index(L4_BASE_LOG_CAP)),
        .main_thread = L4_BASE_THREAD_CAP,
        .factory = seen(p->factory, l4_cap_index(L4_BASE_FACTORY_CAP)),
        .scheduler = seen(p->scheduler, l4_cap_index(L4_BASE_SCHEDULER_CAP)),
        .itas = L4_INVALID_CAP,
        .dbg_events = seen(p->dbg_events, L4RE_CAP_IDX_DBG_EVENTS),
        .first_free_cap = L4RE_CAP_IDX_FIRST_FREE + p->ncaps,
        .first_free_reply_cap = 0,
        .utcb_area = l4_fpage(L4RE_UTCB_AREA, L4RE_UTCB_AREA_ORDER, 0),
        .first_free_utcb = L4RE_UTCB_AREA + L4_UTCB_OFFSET,
    };
}

static int build_stack(struct load *l)
{
    const struct l4re_ldr_prog *p = l->prog;
    l4re_env_cap_entry_t caps[CAPS_MAX];
    l4re_env_t env = make_env(l);
    struct stack_area area = { .remote = l->stack_low, .size = l->stack_size };
    struct stack_content c = {
        .argv = p->argv,
        .envp = p->envp,
        .binary = p->name,
        .env = &env,
        .caps = caps,
        .ncaps = p->ncaps,
        .entry = l->elf.entry,
        .phdr = l->elf.phdr,
        .phnum = l->elf.phnum,
        .phent = l->elf.phent,
        .kip = l4_is_valid_cap(p->kip_ds) ? l->kip_addr : 0,
        .aux = { .kip_ds = seen(p->kip_ds, L4RE_CAP_IDX_KIP_DS),
                 .dbg_lvl = p->dbg_lvl,
                 .ldr_flags = p->ldr_flags },
    };
    l4re_ds_t ds;
    void *local;
    int err;

    memset(caps, 0, sizeof(caps));
    for (unsigned i = 0; i < p->ncaps; i++) {
        caps[i].cap = at_index(L4RE_CAP_IDX_FIRST_FREE + i);
        memcpy(caps[i].name, p->caps[i].name, strlen(p->caps[i].name));
    }
    err = l->ops->ds_alloc(p->make_mem, l->stack_size, 0, &ds);
    if (err)
        return fail_err(l, err, "get memory for the stack");
    err = l->ops->map(ds, l->stack_size, 1, &local);
    if (err) {
        l->ops->ds_free(ds);
        return fail_err(l, err, "map the stack");
    }
    area.local = local;
    err = stack_build(&area, &c, &l->sp);
    l->ops->unmap(local, l->stack_size);
    if (err) {
        l->ops->ds_free(ds);
        return fail(l, err, "arguments and environment are too long for its stack");
    }
    err = l->ops->rm_attach(l->task->rm, l->stack_low, l->stack_size, L4RE_RM_F_RW, ds, 0, "stack");
    l->ops->ds_free(ds);
    return err ? fail_err(l, err, "attach the stack") : 0;
}

/* Give one capability. Returns: 0; -L4_ENOENT if our own slot is empty; other -L4_E*. */
static int give(struct load *l, l4_cap_idx_t cap, l4_umword_t index, unsigned rights, unsigned ext)
{
    l4_cap_idx_t to = at_index(index);
    long err;

    if (l4_is_invalid_cap(cap))
        return 0;
    err = l4_error(l4_task_map(l->task->task, L4_BASE_TASK_CAP,
                               l4_obj_fpage(cap, 0, (unsigned char)(rights | L4_CAP_FPAGE_R)),
                               l4_map_obj_control(to, ext)));
    if (err < 0)
        return (int)err;
    return l4_msgtag_label(l4_task_cap_valid(l->task->task, to)) > 0 ? 0 : -L4_ENOENT;
}

static int give_standard(struct load *l)
{
    const struct l4re_ldr_prog *p = l->prog;
    const struct {
        const char *what;
        l4_cap_idx_t cap;
        l4_umword_t index;
    } list[] = {
        { "task", l->task->task, l4_cap_index(L4_BASE_TASK_CAP) },
        { "thread", l->task->thread, l4_cap_index(L4_BASE_THREAD_CAP) },
        { "region map", l->task->rm, L4RE_CAP_IDX_RM },
        { "factory", p->factory, l4_cap_index(L4_BASE_FACTORY_CAP) },
        { "log", p->log, l4_cap_index(L4_BASE_LOG_CAP) },
        { "icu", p->icu, l4_cap_index(L4_BASE_ICU_CAP) },
        { "scheduler", p->scheduler, l4_cap_index(L4_BASE_SCHEDULER_CAP) },
        { "debugger", p->jdb, l4_cap_index(L4_BASE_DEBUGGER_CAP) },
        { "memory allocator", p->mem_alloc, L4RE_CAP_IDX_MEM_ALLOC },
        { "parent", p->parent, L4RE_CAP_IDX_PARENT },
        { "kernel info page", p->kip_ds, L4RE_CAP_IDX_KIP_DS },
        { "debug events", p->dbg_events, L4RE_CAP_IDX_DBG_EVENTS },
    };

    for (unsigned i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        int err = give(l, list[i].cap, list[i].index, L4_CAP_FPAGE_RWS, 0);

        if (err)
            return fail(l, err, "cannot give it its %s capability: %s", list[i].what,
                        l4sys_errtostr(err));
    }
    return 0;
}

static int give_named(struct load *l)
{
    for (unsigned i = 0; i < l->prog->ncaps; i++) {
        const struct l4re_ldr_cap *c = &l->prog->caps[i];
        int err = give(l, c->cap, L4RE_CAP_IDX_FIRST_FREE + i, c->rights, c->ext);

        if (err)
            return fail(l, err, "cannot give it the capability '%s': %s", c->name,
                        l4sys_errtostr(err));
    }
    return 0;
}

static int check_names(struct load *l)
{
    if (l->prog->ncaps > CAPS_MAX)
        return fail(l, -L4_E2BIG, "%u capabilities, at most %d are possible", l->prog->ncaps,
                    CAPS_MAX);
    for (unsigned i = 0; i < l->prog->ncaps; i++) {
        const char *name = l->prog->caps[i].name;

        if (!*name || strlen(name) > sizeof(((l4re_env_cap_entry_t *)0)->name))
            return fail(l, -L4_ENAMETOOLONG, "the capability name '%s' is %s", name,
                        *name ? "longer than 16 characters" : "empty");
    }
    return 0;
}

/* ---- kernel objects --------------------------------------------------------------------- */

static int make_objects(struct load *l)
{
    const struct l4re_ldr_prog *p = l->prog;
    struct l4re_ldr_task *t = l->task;
    l4_fpage_t utcbs = l4_fpage(L4RE_UTCB_AREA, L4RE_UTCB_AREA_ORDER, L4_FPAGE_RW);
    long err;

    t->task = l4re_util_cap_alloc();
    t->thread = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(t->task) || l4_is_invalid_cap(t->thread))
        return fail_err(l, -L4_ENOMEM, "get capability slots");
    err = l4_error(l4_factory_create_task(p->make_factory, t->task, &utcbs));
    if (err < 0)
        return fail_err(l, (int)err, "make a task");
    err = l4_error(l4_factory_create_thread(p->make_factory, t->thread));
    return err < 0 ? fail_err(l, (int)err, "make a thread") : 0;
}

static int run(struct load *l)
{
    const struct l4re_ldr_prog *p = l->prog;
    struct l4re_ldr_task *t = l->task;
    l4_sched_param_t sched = l4_sched_param(p->prio ? p->prio : PRIO_DEFAULT, 0);
    long err;

    l4_thread_control_start();
    l4_thread_control_pager(at_index(L4RE_CAP_IDX_RM));
    l4_thread_control_exc_handler(at_index(L4RE_CAP_IDX_PARENT));
    l4_thread_control_bind((l4_utcb_t *)L4RE_UTCB_AREA, t->task);
    err = l4_error(l4_thread_control_commit(t->thread));
    if (err < 0)
        return fail_err(l, (int)err, "bind its thread");
    err = l4_error(l4_scheduler_run_thread(p->make_scheduler, t->thread, &sched));
    if (err < 0)
        return fail_err(l, (int)err, "schedule its thread");
    err = l4_error(l4_thread_ex_regs(t->thread, l->elf.entry, l->sp, l->elf.ex_regs_flags));
    return err < 0 ? fail_err(l, (int)err, "start its thread") : 0;
}

static void delete_cap(l4_cap_idx_t *cap)
{
    if (l4_is_valid_cap(*cap)) {
        l4_task_delete_obj(L4_BASE_TASK_CAP, *cap);
        l4re_util_cap_free_um(*cap);
    }
    *cap = L4_INVALID_CAP;
}

void l4re_ldr_kill(struct l4re_ldr_task *t)
{
    delete_cap(&t->thread);
    delete_cap(&t->task);
    l4re_util_cap_free_um(t->rm);
    t->rm = L4_INVALID_CAP;
}

int l4re_ldr_start_with(const struct l4re_ldr_ops *ops, const struct l4re_ldr_prog *p,
                        struct l4re_ldr_task *t)
{
    struct load l = { .ops = ops, .prog = p, .task = t };
    int err;

    *t = (struct l4re_ldr_task){ L4_INVALID_CAP, L4_INVALID_CAP, L4_INVALID_CAP, "" };
    err = check_names(&l);
    if (!err)
        err = read_image(&l);
    if (err)
        return err;
    err = ops->rm_create(l4_is_valid_cap(p->make_rm) ? p->make_rm : p->make_mem, &t->rm);
    if (err) {
        t->rm = L4_INVALID_CAP;
        return fail_err(&l, err, "make a region map");
    }

    err = attach_segments(&l);
    if (!err)
        err = lay_out(&l);
    if (!err)
        err = build_stack(&l);
    if (!err)
        err = make_objects(&l);
    if (!err)
        err = give_standard(&l);
    if (!err)
        err = give_named(&l);
    if (!err)
        err = run(&l);
    if (!err)
        return 0;
    delete_cap(&t->thread);
    delete_cap(&t->task);
    ops->rm_free(t->rm);
    t->rm = L4_INVALID_CAP;
    return err;
}
