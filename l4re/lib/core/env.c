/* SPDX-License-Identifier: MIT */
/* The environment: looking up initial capabilities. */
#include <string.h>

#include <l4/re/env.h>

l4re_env_t *l4re_global_env;

l4re_env_cap_entry_t const *l4re_env_get_cap_l(char const *name, unsigned l, l4re_env_t const *e)
{
    if (!e || !e->caps || l > sizeof(e->caps->name))
        return NULL;
    for (l4re_env_cap_entry_t const *c = e->caps; c->flags != ~(l4_umword_t)0; c++) {
        if (strnlen(c->name, sizeof(c->name)) == l && !memcmp(c->name, name, l))
            return c;
    }
    return NULL;
}

l4_cap_idx_t l4re_env_get_cap_e(char const *name, l4re_env_t const *e)
{
    size_t l = strlen(name);
    l4re_env_cap_entry_t const *c =
        l > sizeof(c->name) ? NULL : l4re_env_get_cap_l(name, (unsigned)l, e);

    return c ? c->cap : L4_INVALID_CAP;
}

l4_cap_idx_t l4re_env_get_cap(char const *name)
{
    return l4re_env_get_cap_e(name, l4re_global_env);
}

l4_kernel_info_t const *l4re_kip(void)
{
    return l4_kip();
}
