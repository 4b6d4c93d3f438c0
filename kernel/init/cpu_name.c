/* SPDX-License-Identifier: MIT */
/* See <init/cpu_name.h>. x86-64. */
#include <init/cpu_name.h>

#include <arch/impl/cpuid.h>
#include <lib/string.h>

#define CPUID_EXT_MAX 0x80000000u
#define CPUID_NAME 0x80000002u /* three leaves of 16 characters */

struct cpu_name cpu_name(void)
{
    struct cpu_name name = { "x86-64" };
    char raw[49] = { 0 };
    size_t from = 0;

    if (x86_cpuid(CPUID_EXT_MAX, 0).eax < CPUID_NAME + 2)
        return name;
    for (unsigned i = 0; i < 3; i++) {
        const struct x86_cpuid r = x86_cpuid(CPUID_NAME + i, 0);

        memcpy(raw + 16 * i, &r, sizeof(r));
    }
    while (raw[from] == ' ')
        from++;
    if (raw[from])
        memcpy(name.text, raw + from, sizeof(raw) - from);
    return name;
}

uint64_t cpu_max_phys(void)
{
    return BIT(x86_features.phys_bits);
}
