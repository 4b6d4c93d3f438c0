/* SPDX-License-Identifier: MIT */
/*
 * QEMU plugin: how long does the kernel keep interrupts off?
 *
 * Every instruction of the kernel is counted. QEMU 7.2 shows a plugin no registers, so the
 * interrupt flag is followed from what is executed:
 *
 *                 first kernel instruction                        interrupt: first
 *        USER ------------------------------> OFF <-------------- instruction of an entry
 *          ^     IRET, SYSRET to user mode    | ^                      |
 *          +----------------------------------+ | CLI (not counted)   ON
 *                                           STI | +--------------------+
 *                                             v |                      ^
 *                                           SHADOW --------------------+
 *                                             next instruction; if it is CLI, still OFF
 *
 * An IRET to the kernel means ON: its interrupts are taken with interrupts on only. Behind an IRET
 * or SYSRET to user mode the first kernel instruction may be an entry again: user mode was left
 * before its first instruction, or IRET itself faulted, which is the same stretch going on.
 * Switching threads does not change the flag. The kernel's sections do not nest: a CLI in OFF or
 * an STI in ON would show that the state is wrong, and is counted. The length of a stretch is the
 * number of instructions from the one behind CLI (the first one of an entry) to the first after
 * which an interrupt would be taken: the one behind STI, or the IRET or SYSRET itself. A string
 * instruction counts once per round. Counting on a CPU begins when it leaves the kernel for user
 * mode for the first time, and ends with a panic.
 *
 * Arguments: syms=FILE out=FILE kernel=ADDR (first address) entries=ADDR:ADDR (code of the
 *            exception and interrupt entries) iret-faults=ADDR:ADDR (those of exceptions that IRET
 *            raises) iret-user=ADDR (the IRET to user mode) [switch=ADDR] (threads are switched
 *            here) [stop=ADDR] (a panic begins here)
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qemu-plugin.h>

#include "insn.h"
#include "stretch.h"
#include "syms.h"

enum {
    CPUS = 64,
    INSN_BUCKETS = 1 << 16,
    CLASSES = 64,
    FLAGS = 4,
    ENTRIES = 64
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

enum entry {
    ENTRY_NONE,
    ENTRY_IRET_FAULT,
    ENTRY_OTHER
};

/* One instruction of the kernel: what there is to know when it is executed. */
struct insn {
    struct insn *next; /* same bucket */
    uint64_t pc;
    const struct sym *sym;
    enum insn_flow flow;
    enum insn_slow slow;
    enum entry entry;
    bool to_user; /* a FLOW_RETURN that goes to user mode, unless it faults */
};

enum cpu_state {
    CPU_BOOT,
    CPU_USER,
    CPU_ON,
    CPU_OFF,
    CPU_SHADOW
};

/* From user mode to user mode; a visit may end in another thread than it began in. */
struct visit {
    const struct sym *entry;
    unsigned class; /* of what was executed before the first switch */
    bool idle, switched;
    uint64_t on, off;
    uint64_t longest; /* stretch */
};

struct cpu {
    enum cpu_state state;
    const struct insn *last;
    struct stretch stretch;
    struct visit visit;
    uint64_t *on, *off; /* instructions per function */
};

/* All visits with the same entry, class and flags (1: idle in between, 2: switched). */
struct visits {
    const struct sym *entry;
    uint64_t count, on, off, longest_visit, longest_stretch;
};

static struct cpu cpus[CPUS];
static struct visits visits[CLASSES][FLAGS][ENTRIES];
static struct insn *insns[INSN_BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* all sums, and insns */
static uint64_t popfs, lost_visits;
static uint64_t surprises; /* a CLI with interrupts off or an STI with interrupts on */
static bool stopped;

static struct {
    const char *out;
    uint64_t kernel, entries, entries_end, faults, faults_end, iret_user, switch_pc, stop;
} args;

/* ---- stretches and visits ------------------------------------------------------------------ */

static void off_begin(struct cpu *c, uint64_t start)
{
    stretch_begin(&c->stretch, start);
    c->state = CPU_OFF;
}

static void off_end(struct cpu *c, uint64_t end, enum cpu_state next)
{
    if (c->stretch.length > c->visit.longest)
        c->visit.longest = c->stretch.length;
    pthread_mutex_lock(&lock);
    stretch_finish(&c->stretch, end);
    pthread_mutex_unlock(&lock);
    c->state = next;
}

static void off_count(struct cpu *c, const struct insn *i)
{
    stretch_count(&c->stretch, i->pc, i->sym, i->slow);
    c->off[i->sym->index]++;
    c->visit.off++;
}

static void visit_begin(struct cpu *c, const struct sym *entry)
{
    c->visit = (struct visit){ .entry = entry };
}

static void visit_note(struct cpu *c, const struct insn *i)
{
    struct visit *v = &c->visit;

    if (!v->switched && i->sym->class > v->class)
        v->class = i->sym->class;
    v->switched |= i->pc == args.switch_pc;
    v->idle |= i->flow == FLOW_HLT;
}

static struct visits *visits_find(const struct visit *v)
{
    struct visits *row = visits[v->class][(unsigned)v->idle | (unsigned)v->switched << 1];

    for (unsigned i = 0; i < ENTRIES; i++) {
        if (!row[i].count)
            row[i].entry = v->entry;
        if (row[i].entry == v->entry)
            return &row[i];
    }
    return NULL;
}

static void visit_end(struct cpu *c)
{
    const struct visit *v = &c->visit;

    pthread_mutex_lock(&lock);
    struct visits *sum = visits_find(v);

    if (sum) {
        sum->count++;
        sum->on += v->on;
        sum->off += v->off;
        if (v->on + v->off > sum->longest_visit)
            sum->longest_visit = v->on + v->off;
        if (v->longest > sum->longest_stretch)
            sum->longest_stretch = v->longest;
    } else {
        lost_visits++;
    }
    pthread_mutex_unlock(&lock);
}

/* ---- what is executed ---------------------------------------------------------------------- */

static bool leaves_kernel(const struct insn *last)
{
    return last && last->flow == FLOW_RETURN;
}

/* The last instruction led to user mode. */
static void user_begin(struct cpu *c)
{
    off_end(c, c->last->pc, CPU_USER);
    visit_end(c);
}

static void on_user(unsigned int cpu, void *unused)
{
    struct cpu *c = &cpus[cpu];

    (void)unused;
    if (c->state == CPU_USER || stopped)
        return;
    if (c->state != CPU_BOOT)
        user_begin(c);
    else if (leaves_kernel(c->last))
        c->state = CPU_USER;
}

/* Behind an IRET or SYSRET the kernel goes on, at `i`: where did it lead? */
static void return_settle(struct cpu *c, const struct insn *i)
{
    if (!c->last->to_user)
        off_end(c, c->last->pc, CPU_ON);
    else if (i->entry != ENTRY_IRET_FAULT)
        user_begin(c);
}

/* The state in which an instruction is executed, which may show what the last one did. */
static void state_settle(struct cpu *c, const struct insn *i)
{
    if (c->state == CPU_OFF && leaves_kernel(c->last))
        return_settle(c, i);
    if (c->state == CPU_USER) {
        visit_begin(c, i->sym);
        off_begin(c, i->pc);
    } else if (c->state == CPU_ON && i->entry != ENTRY_NONE) {
        off_begin(c, i->pc);
    }
}

static void insn_count(struct cpu *c, const struct insn *i)
{
    surprises += i->flow == (c->state == CPU_ON ? FLOW_STI : FLOW_CLI) && c->state != CPU_SHADOW;
    if (c->state == CPU_ON) {
        c->on[i->sym->index]++;
        c->visit.on++;
        if (i->flow == FLOW_CLI)
            off_begin(c, i->pc);
        return;
    }
    off_count(c, i);
    if (c->state == CPU_SHADOW && i->flow == FLOW_CLI)
        c->state = CPU_OFF;
    else if (c->state == CPU_SHADOW)
        off_end(c, c->last->pc, CPU_ON);
    else if (i->flow == FLOW_STI)
        c->state = CPU_SHADOW;
}

static void on_kernel(unsigned int cpu, void *data)
{
    struct cpu *c = &cpus[cpu];
    const struct insn *i = data;

    if (i->pc == args.stop)
        stopped = true;
    if (c->state != CPU_BOOT && !stopped) {
        state_settle(c, i);
        visit_note(c, i);
        popfs += i->flow == FLOW_POPF;
        insn_count(c, i);
    }
    c->last = i;
}

static void on_access(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
    struct cpu *c = &cpus[cpu];
    struct qemu_plugin_hwaddr *where;

    (void)data;
    if (c->state != CPU_OFF || stopped)
        return;
    where = qemu_plugin_get_hwaddr(info, vaddr);
    if (where && qemu_plugin_hwaddr_is_io(where))
        c->stretch.slow[SLOW_MMIO]++;
}

/* ---- what is translated -------------------------------------------------------------------- */

static enum entry entry_of(uint64_t pc)
{
    if (pc < args.entries || pc >= args.entries_end)
        return ENTRY_NONE;
    return pc >= args.faults && pc < args.faults_end ? ENTRY_IRET_FAULT : ENTRY_OTHER;
}

/* Code may be patched at boot, so what is known of an address is what was translated last. */
static struct insn *insn_of(struct qemu_plugin_insn *from)
{
    uint64_t pc = qemu_plugin_insn_vaddr(from);
    struct insn **bucket = &insns[pc % INSN_BUCKETS];
    struct insn *i = *bucket;

    while (i && i->pc != pc)
        i = i->next;
    if (!i) {
        i = calloc(1, sizeof(*i));
        if (!i)
            abort();
        i->pc = pc;
        i->sym = syms_find(pc);
        i->entry = entry_of(pc);
        i->next = *bucket;
        *bucket = i;
    }
    i->flow = insn_flow(qemu_plugin_insn_data(from), qemu_plugin_insn_size(from));
    i->slow = insn_slow(qemu_plugin_insn_data(from), qemu_plugin_insn_size(from));
    /* SYSRET is not serialising, IRET is: that tells them apart */
    i->to_user = i->flow == FLOW_RETURN && (pc == args.iret_user || i->slow == SLOW_NONE);
    return i;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    size_t n = qemu_plugin_tb_n_insns(tb);

    (void)id;
    if (qemu_plugin_tb_vaddr(tb) < args.kernel) {
        qemu_plugin_register_vcpu_tb_exec_cb(tb, on_user, QEMU_PLUGIN_CB_NO_REGS, NULL);
        return;
    }
    pthread_mutex_lock(&lock);
    for (size_t k = 0; k < n; k++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, k);

        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_kernel, QEMU_PLUGIN_CB_NO_REGS,
                                               insn_of(insn));
        qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS,
                                         QEMU_PLUGIN_MEM_RW, NULL);
    }
    pthread_mutex_unlock(&lock);
}

static void on_cpu(qemu_plugin_id_t id, unsigned int cpu)
{
    (void)id;
    if (cpu >= CPUS)
        abort();
    cpus[cpu].on = calloc(syms_count(), sizeof(uint64_t));
    cpus[cpu].off = calloc(syms_count(), sizeof(uint64_t));
    if (!cpus[cpu].on || !cpus[cpu].off)
        abort();
}

/* ---- report -------------------------------------------------------------------------------- */

static void report_functions(FILE *out)
{
    for (unsigned s = 0; s < syms_count(); s++) {
        uint64_t on = 0;
        uint64_t off = 0;

        for (unsigned c = 0; c < CPUS; c++) {
            on += cpus[c].on ? cpus[c].on[s] : 0;
            off += cpus[c].off ? cpus[c].off[s] : 0;
        }
        if (on || off)
            fprintf(out, "function %" PRIx64 " %" PRIu64 " %" PRIu64 "\n", syms_at(s)->addr, on,
                    off);
    }
}

static void report_visits(FILE *out, unsigned class, unsigned flags)
{
    const struct visits *row = visits[class][flags];

    for (unsigned i = 0; i < ENTRIES && row[i].count; i++)
        fprintf(out,
                "visits %" PRIx64 " %u %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
                "\n",
                row[i].entry->addr, class, flags, row[i].count, row[i].on, row[i].off,
                row[i].longest_visit, row[i].longest_stretch);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *unused)
{
    FILE *out = fopen(args.out, "w");

    (void)id;
    (void)unused;
    if (!out) {
        perror(args.out);
        return;
    }
    pthread_mutex_lock(&lock);
    fprintf(out, "popf %" PRIu64 "\nsurprise %" PRIu64 "\nlost %" PRIu64 "\nstopped %d\n", popfs,
            surprises, lost_visits, stopped);
    stretch_report(out);
    for (unsigned class = 0; class < CLASSES; class ++) {
        for (unsigned flags = 0; flags < FLAGS; flags++)
            report_visits(out, class, flags);
    }
    report_functions(out);
    fprintf(out, "end\n");
    pthread_mutex_unlock(&lock);
    fclose(out);
}

/* One or two hexadecimal numbers. */
static bool range_read(const char *value, uint64_t *from, uint64_t *to)
{
    uint64_t none;

    return sscanf(value, "%" SCNx64 ":%" SCNx64, from, to ? to : &none) == (to ? 2 : 1);
}

static bool args_read(int argc, char **argv, const char **syms)
{
    const struct {
        const char *name;
        uint64_t *from, *to;
    } numbers[] = {
        { "kernel=", &args.kernel, NULL },
        { "entries=", &args.entries, &args.entries_end },
        { "iret-faults=", &args.faults, &args.faults_end },
        { "iret-user=", &args.iret_user, NULL },
        { "switch=", &args.switch_pc, NULL },
        { "stop=", &args.stop, NULL },
    };

    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "syms=", 5))
            *syms = argv[i] + 5;
        if (!strncmp(argv[i], "out=", 4))
            args.out = argv[i] + 4;
        for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
            size_t length = strlen(numbers[k].name);

            if (!strncmp(argv[i], numbers[k].name, length) &&
                !range_read(argv[i] + length, numbers[k].from, numbers[k].to))
                return false;
        }
    }
    return *syms && args.out && args.kernel && args.entries && args.faults && args.iret_user;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv)
{
    const char *syms = NULL;

    (void)info;
    if (!args_read(argc, argv, &syms) || !syms_load(syms)) {
        fprintf(stderr, "irqoff: an argument is missing or wrong\n");
        return -1;
    }
    qemu_plugin_register_vcpu_init_cb(id, on_cpu);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
