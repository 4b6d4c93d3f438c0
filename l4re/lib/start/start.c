/* SPDX-License-Identifier: MIT */
/*
 * From the first stack to main(): find environment and kernel info page in the auxiliary vector,
 * give the main thread its thread-local variables, run constructors, main, exit.
 *
 * Until the FS base is set nothing here may use errno or stdio.
 */
#include <reent.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <l4/re/c/log.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/l4aux.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <start/start.h>
#include <start/tls.h>

enum {
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    TLS_STATIC = 1024, /* programs with more thread-local variables get memory for them */
};

static char tls_static[TLS_STATIC] __attribute__((aligned(64)));

l4re_aux_t *l4re_global_aux;

static void read_auxv(const uintptr_t *v)
{
    const void *phdr = NULL;
    size_t phnum = 0;
    size_t phent = 0;

    for (; v[0] != AT_NULL; v += 2) {
        switch (v[0]) {
        case AT_PHDR: phdr = (const void *)v[1]; break;
        case AT_PHENT: phent = v[1]; break;
        case AT_PHNUM: phnum = v[1]; break;
        case L4RE_AT_L4_AUX: l4re_global_aux = (l4re_aux_t *)v[1]; break;
        case L4RE_AT_L4_ENV: l4re_global_env = (l4re_env_t *)v[1]; break;
        case L4RE_AT_L4_KIP: l4_global_kip = (l4_kernel_info_t const *)v[1]; break;
        default: break;
        }
    }
    tls_describe(phdr, phnum, phent);
}

L4_NORETURN static void stop(const char *why)
{
    l4re_log_print("start: ");
    l4re_log_print(why);
    l4re_log_print("\n");
    _Exit(127);
}

/* Returns: `size` bytes of zeroes. */
static void *early_memory(size_t size)
{
    l4_cap_idx_t ds = l4re_util_cap_alloc();
    void *mem = NULL;

    if (size <= sizeof(tls_static))
        return tls_static;
    if (l4re_ma_alloc((long)size, ds, 0) ||
        l4re_rm_attach(&mem, size, L4RE_RM_F_RW | L4RE_RM_F_SEARCH_ADDR, ds, 0, L4_PAGESHIFT))
        stop("no memory for thread-local variables");
    return mem;
}

void start_program(uintptr_t *sp)
{
    int argc = (int)sp[0];
    char **argv = (char **)(sp + 1);
    char **envp = argv + argc + 1;
    uintptr_t *auxv = (uintptr_t *)envp;

    while (*auxv++)
        ;
    read_auxv(auxv);
    if (!l4re_global_env) /* not started by an L4Re loader: nothing can be said or done */
        l4_ipc_sleep(L4_IPC_NEVER);
    if (tls_use(l4re_global_env->main_thread, tls_make(early_memory(tls_size()), _impure_ptr)))
        stop("cannot set the thread pointer");

    environ = envp;
    atexit(__libc_fini_array);
    __libc_init_array();
    exit(main(argc, argv, envp));
}
