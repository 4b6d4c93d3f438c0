/* SPDX-License-Identifier: MIT */
/*
 * What the boot leaves to moe: all memory from sigma0, and the boot modules, which are in memory
 * already and become read-only files of the namespace "rom" (those named NAME:rw become writable
 * ones of "rwfs").
 */
#include <string.h>

#include <l4/re/c/dataspace.h>
#include <l4/sigma0/sigma0.h>
#include <l4/sys/err.h>
#include <l4/sys/kip.h>
#include <l4/sys/l4mod.h>
#include <moe/ds.h>
#include <moe/names.h>

enum {
    BLOCKS_MAX = 2048,
    ORDER_FIRST = PAGES_MAX_ORDER,
    FILE_NAME_LEN = 64,
};

static struct {
    uintptr_t addr;
    unsigned order;
} block[BLOCKS_MAX];

/* Take all there is, largest blocks first. Returns: how many. */
static unsigned take_blocks(void)
{
    unsigned n = 0;

    for (unsigned order = ORDER_FIRST; order >= PAGE_ORDER; order--) {
        l4_addr_t base;

        while (n < BLOCKS_MAX &&
               !l4sigma0_map_anypage(L4_BASE_PAGER_CAP, 0, L4_WHOLE_ADDRESS_SPACE, &base, order)) {
            /* Address 0 stays unused: it is what "no memory" looks like. */
            if (!base)
                continue;
            block[n].addr = base;
            block[n].order = order;
            n++;
        }
    }
    return n;
}

void boot_memory(void)
{
    unsigned n = take_blocks();
    uintptr_t low = UINTPTR_MAX;
    uintptr_t high = 0;
    unsigned home = n;
    size_t meta;

    for (unsigned i = 0; i < n; i++) {
        uintptr_t end = block[i].addr + ((uintptr_t)1 << block[i].order);

        low = block[i].addr < low ? block[i].addr : low;
        high = end > high ? end : high;
    }
    meta = high > low ? (high - low) >> PAGE_ORDER : 0;
    for (unsigned i = 0; i < n; i++) { /* blocks get smaller: the last that fits is the best */
        if ((size_t)1 << block[i].order >= meta)
            home = i;
    }
    if (home == n) {
        moe_say("no memory: sigma0 gave %u blocks", n);
        moe_end(1);
        return;
    }
    pages_init(&moe.pages, (uint8_t *)block[home].addr, low, high);
    for (unsigned i = 0; i < n; i++) {
        if (i != home)
            pages_add(&moe.pages, block[i].addr, block[i].order);
    }
    /* What the table leaves of its block is memory too. */
    meta = (meta + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    moe.pages.total += ((size_t)1 << block[home].order) - meta;
    pages_free_range(&moe.pages, block[home].addr + meta, ((size_t)1 << block[home].order) - meta);
    heap_init(&moe.heap, &moe.pages);
    moe_debug(DBG_BOOT, "%zu MiB of memory in %u blocks", moe.pages.total >> 20, n);
    if (n == BLOCKS_MAX)
        moe_say("memory is in more than %d pieces, the rest is not used", BLOCKS_MAX);
}

/* ---- modules ---------------------------------------------------------------------------- */

struct file_name {
    char text[FILE_NAME_LEN];
    int writable;
};

/* Last component of the first word of a module's command line, without ":rw". */
static struct file_name name_of(const char *cmdline)
{
    size_t len = strcspn(cmdline, " \t");
    struct file_name f = { .writable = 0 };
    const char *start = cmdline;

    for (size_t i = 0; i < len; i++) {
        if (cmdline[i] == '/')
            start = cmdline + i + 1;
    }
    len -= (size_t)(start - cmdline);
    if (len > 3 && !memcmp(start + len - 3, ":rw", 3)) {
        f.writable = 1;
        len -= 3;
    }
    if (len >= sizeof(f.text))
        len = sizeof(f.text) - 1;
    memcpy(f.text, start, len);
    return f;
}

/*
 * Let sigma0 map every page of the module to us: only what we have can be shown to others.
 * Reading is enough, sigma0 gives all rights the page has.
 */
static void touch(uintptr_t start, uintptr_t end)
{
    for (uintptr_t p = start & ~(PAGE_BYTES - 1); p < end; p += PAGE_BYTES)
        (void)*(volatile const char *)p;
}

static void add_module(const l4util_l4mod_mod *m)
{
    struct file_name f = name_of((const char *)m->cmdline);
    struct moe_obj *o;
    int err;

    if (!f.text[0]) {
        moe_say("a boot module without a name at %#llx is left out",
                (unsigned long long)m->mod_start);
        return;
    }
    if (m->mod_end <= m->mod_start || m->mod_start % PAGE_BYTES) {
        moe_say("boot module '%s' is %s; was it truncated when the image was made?", f.text,
                m->mod_end == m->mod_start ? "empty" : "damaged (its place makes no sense)");
        return;
    }
    touch(m->mod_start, m->mod_end);
    o = ds_new_static(m->mod_start, m->mod_end - m->mod_start,
                      f.writable ? L4RE_DS_F_RWX : L4RE_DS_F_RX);
    err = o ? ns_put(f.writable ? moe.rwfs : moe.rom, f.text, o,
                     f.writable ? L4_CAP_FPAGE_RW : L4_CAP_FPAGE_RO)
            : -L4_ENOMEM;
    if (err == -L4_EEXIST)
        moe_say("two boot modules are called '%s': the second is left out", f.text);
    else if (err)
        moe_say("no memory for the file '%s'", f.text);
    else
        moe_debug(DBG_BOOT, "file %s/%s, %llu bytes", f.writable ? "rwfs" : "rom", f.text,
                  (unsigned long long)(m->mod_end - m->mod_start));
    if (o)
        obj_put(o); /* the namespace keeps it */
}

void boot_modules(void)
{
    const l4util_l4mod_info *info = (const l4util_l4mod_info *)l4_kip()->user_ptr;
    const l4util_l4mod_mod *m;

    if (!info) {
        moe_say("the boot loader left no list of modules");
        return;
    }
    m = (const l4util_l4mod_mod *)info->mods_addr;
    for (unsigned i = 0; i < info->mods_count; i++) {
        if ((m[i].flags & L4util_l4mod_mod_flag_mask) == L4util_l4mod_mod_flag_unspec)
            add_module(&m[i]);
    }
}
