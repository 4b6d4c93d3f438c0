/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <moe/names.h>

size_t path_next(const char **path, size_t *len, const char **name)
{
    size_t n = 0;

    while (*len && **path == '/') {
        ++*path;
        --*len;
    }
    *name = *path;
    while (n < *len && (*path)[n] != '/')
        n++;
    *path += n;
    *len -= n;
    while (*len && **path == '/') {
        ++*path;
        --*len;
    }
    return n;
}

static int compare(const struct name_entry *e, const char *name, size_t len)
{
    size_t common = e->len < len ? e->len : len;
    int c = memcmp(e->name, name, common);

    return c ? c : e->len < len ? -1 : e->len > len;
}

/* Index of the first entry not before the name. */
static size_t lower_bound(const struct names *n, const char *name, size_t len)
{
    size_t low = 0;
    size_t high = n->count;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (compare(n->e[mid], name, len) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct name_entry *names_find(const struct names *n, const char *name, size_t len)
{
    size_t i = lower_bound(n, name, len);

    return i < n->count && !compare(n->e[i], name, len) ? n->e[i] : NULL;
}

static int grow(struct names *n)
{
    size_t room = n->room ? 2 * n->room : 8;
    struct name_entry **e = n->alloc(n->ctx, room * sizeof(*e));

    if (!e)
        return 0;
    if (n->room) {
        memcpy(e, n->e, n->count * sizeof(*e));
        n->free(n->ctx, n->e, n->room * sizeof(*e));
    }
    n->e = e;
    n->room = room;
    return 1;
}

struct name_entry *names_add(struct names *n, const char *name, size_t len)
{
    size_t i = lower_bound(n, name, len);
    struct name_entry *e;

    if (n->count == n->room && !grow(n))
        return NULL;
    e = n->alloc(n->ctx, sizeof(*e) + len);
    if (!e)
        return NULL;
    *e = (struct name_entry){ .len = (unsigned char)len };
    memcpy(e->name, name, len);
    memmove(&n->e[i + 1], &n->e[i], (n->count - i) * sizeof(*n->e));
    n->e[i] = e;
    n->count++;
    return e;
}

void names_remove(struct names *n, struct name_entry *e)
{
    size_t i = lower_bound(n, e->name, e->len);

    memmove(&n->e[i], &n->e[i + 1], (n->count - i - 1) * sizeof(*n->e));
    n->count--;
    n->free(n->ctx, e, sizeof(*e) + e->len);
}

void names_clear(struct names *n, void (*drop)(void *ctx, struct name_entry *e))
{
    for (size_t i = 0; i < n->count; i++) {
        drop(n->ctx, n->e[i]);
        n->free(n->ctx, n->e[i], sizeof(*n->e[i]) + n->e[i]->len);
    }
    if (n->room)
        n->free(n->ctx, n->e, n->room * sizeof(*n->e));
    n->e = NULL;
    n->count = n->room = 0;
}
