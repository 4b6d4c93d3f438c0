/* SPDX-License-Identifier: MIT */
/*
 * What ned asks of the system: the one border between the Lua side and L4.
 *
 * sys_l4re.c implements it; the tests bring a stand-in, so that everything above runs on the host.
 * All results of type int or long are 0 (or a value) on success and -L4_E... on failure.
 */
#pragma once

#include <l4/sys/types.h>
#include <ned/fault.h>
#include <stdbool.h>
#include <stddef.h>

/* Before anything else. Returns: 0 or -L4_ENOMEM. */
int sys_init(void);

/* Text for a result < 0; never NULL. */
const char *sys_error_text(long err);

/* ---- capability slots ---- */

/* Returns: an empty slot, or L4_INVALID_CAP. */
l4_cap_idx_t sys_slot_alloc(void);

/* Drop what the slot holds and the slot. */
void sys_slot_free(l4_cap_idx_t slot);

bool sys_cap_present(l4_cap_idx_t cap);
bool sys_cap_same(l4_cap_idx_t a, l4_cap_idx_t b);
long sys_cap_debug(l4_cap_idx_t cap, unsigned long function);

/* ned's own capability number i with its name, or false behind the last one. */
bool sys_env_cap(unsigned i, const char **name, l4_cap_idx_t *cap);

/* ---- objects ---- */

/* An argument for a factory. */
struct sys_arg {
    enum {
        SYS_ARG_NIL,
        SYS_ARG_INT,
        SYS_ARG_STR
    } kind;
    long num;
    const char *str;
};

enum {
    SYS_ARGS_MAX = 31, /* more cannot fit into a message */
};

/* Let factory `fab` make an object of type `proto` in `slot`. */
long sys_create(l4_cap_idx_t fab, long proto, const struct sys_arg *args, unsigned nargs,
                l4_cap_idx_t slot);

long sys_ns_query(l4_cap_idx_t ns, const char *path, l4_cap_idx_t slot);

/* `cap` may be L4_INVALID_CAP: the name exists, its object comes later. Rights as in app_cap. */
long sys_ns_register(l4_cap_idx_t ns, const char *name, l4_cap_idx_t cap, unsigned rights,
                     unsigned flags);
long sys_ns_unlink(l4_cap_idx_t ns, const char *name);

long sys_suspend(l4_cap_idx_t pfc, unsigned long extra);
long sys_shutdown(l4_cap_idx_t pfc, bool reboot);

const char *sys_kip_string(void);
const char *sys_kip_platform(void);

/* ---- files: "rom/x.cfg" is the name x.cfg in the namespace that ned knows as rom ---- */

struct sys_file {
    const char *data;
    size_t size;
    l4_cap_idx_t ds;
};

int sys_file_open(const char *path, struct sys_file *f);
void sys_file_close(struct sys_file *f);

/* ---- programs ---- */

/* Rights: 1 W, 2 S, 4 R, 8 D, 16 weak, 32 server side; the numbers of L4.Rights. */
struct app_cap {
    const char *name;
    l4_cap_idx_t cap;
    unsigned rights;
};

struct app_spec {
    const char *name; /* of the task, in messages */
    const char *const *argv;
    unsigned argc;
    const char *const *envv;
    unsigned envc;
    const struct app_cap *caps;
    unsigned ncaps;
    struct app_cap log, factory, mem, scheduler, rm_fab;
    unsigned long l4re_dbg;
    unsigned long ldr_flags;
};

enum {
    SYS_WHY_MAX = 256,
};

struct app;
struct sys_app;

/*
 * Create a task, load the program, start it. Everything that happens to the task later is told to
 * `owner` through app_exited() and app_faulted().
 *
 * Owner:   the result belongs to the caller until sys_app_destroy().
 * Returns: 0 or an error; then `why` says what is wrong and what to do.
 */
int sys_app_start(const struct app_spec *spec, struct app *owner, struct sys_app **out, char *why);

/* End the task and give back all it held. Context: not inside sys_serve_one(). */
void sys_app_destroy(struct sys_app *a);

/* ---- serving ---- */

/* Wait for one message to ned and handle it. */
void sys_serve_one(void);

/* Offer command_execute() on a gate that ned created. */
int sys_offer_commands(l4_cap_idx_t gate);

/* ---- what sys calls; implemented above this border ---- */

/* Context: inside sys_serve_one(). */
void app_exited(struct app *a, int code);
void app_faulted(struct app *a, const struct fault *f);

/*
 * Run one line of Lua.
 * Returns: bytes of the answer written to `out`, at most `size`.
 */
size_t command_execute(const char *line, size_t len, char *out, size_t size);
