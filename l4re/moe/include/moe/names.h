/* SPDX-License-Identifier: MIT */
/*
 * Names of one namespace, sorted. Pure data: objects are opaque. Memory comes through two
 * functions.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    NAME_LEN = 255, /* of one component */
};

struct name_entry {
    void *obj;       /* one of our own objects; NULL: see cap */
    uintptr_t cap;   /* a foreign capability; 0: the name is announced, nothing is there yet */
    unsigned rights; /* with which it is given away */
    unsigned char len;
    char name[]; /* not terminated */
};

struct names {
    struct name_entry **e;
    size_t count;
    size_t room;
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *p, size_t size);
    void *ctx;
};

/*
 * Split the first component off a path: leading '/' are skipped, *path moves behind it and its
 * '/'. Returns: its length, 0 at the end of the path.
 */
size_t path_next(const char **path, size_t *len, const char **name);

/* Returns: the entry with this name, NULL if there is none. Cost: logarithmic. */
struct name_entry *names_find(const struct names *n, const char *name, size_t len);

/* Add an empty entry. Returns: NULL without memory. The name must be new, 1..NAME_LEN long. */
struct name_entry *names_add(struct names *n, const char *name, size_t len);

void names_remove(struct names *n, struct name_entry *e);

/* Free everything; `drop` is called for each entry. */
void names_clear(struct names *n, void (*drop)(void *ctx, struct name_entry *e));
