/* SPDX-License-Identifier: MIT */
/* Boot modules. Their layout is shared with the kernel, which writes it. */
#pragma once

#include <l4/sys/l4mod.h>

/* First module. */
L4_INLINE l4util_l4mod_mod *l4util_l4mod_first(l4util_l4mod_info const *info)
{
    return (l4util_l4mod_mod *)info->mods_addr;
}

/* Command line of a module; never NULL. */
L4_INLINE char const *l4util_l4mod_cmdline(l4util_l4mod_mod const *mod)
{
    return mod->cmdline ? (char const *)mod->cmdline : "";
}
