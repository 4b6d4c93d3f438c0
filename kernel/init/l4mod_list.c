/* SPDX-License-Identifier: MIT */
/* See <init/l4mod_list.h> for the contract. */
#include <init/l4mod_list.h>

#include <l4/sys/l4mod.h>
#include <lib/string.h>

uint64_t l4mod_list_bytes(const struct boot_info *b)
{
    uint64_t n = sizeof(l4util_l4mod_info) + b->nmodules * sizeof(l4util_l4mod_mod);

    for (unsigned i = 0; i < b->nmodules; i++)
        n += strlen(b->module[i].cmdline) + 1;
    return n;
}

/* The first two modules are known by their place. */
static uint64_t flags_of(unsigned i)
{
    switch (i) {
    case 0: return L4util_l4mod_mod_flag_sigma0;
    case 1: return L4util_l4mod_mod_flag_roottask;
    default: return L4util_l4mod_mod_flag_unspec;
    }
}

void l4mod_list_build(const struct boot_info *b, const uint64_t *module_at, void *out,
                      uint64_t phys)
{
    l4util_l4mod_info *info = out;
    l4util_l4mod_mod *mod = (l4util_l4mod_mod *)(info + 1);
    char *strings = (char *)(mod + b->nmodules);

    *info = (l4util_l4mod_info){
        .mods_addr = phys + sizeof(*info),
        .mods_count = b->nmodules,
    };
    for (unsigned i = 0; i < b->nmodules; i++) {
        const struct boot_module *m = &b->module[i];
        const size_t len = strlen(m->cmdline) + 1;

        mod[i] = (l4util_l4mod_mod){
            .flags = flags_of(i),
            .mod_start = module_at[i],
            .mod_end = module_at[i] + (m->end - m->start),
            .cmdline = phys + (uint64_t)(strings - (char *)out),
        };
        memcpy(strings, m->cmdline, len);
        strings += len;
    }
}
