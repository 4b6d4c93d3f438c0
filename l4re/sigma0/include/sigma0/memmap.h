/* SPDX-License-Identifier: MIT */
/*
 * Who owns which physical memory and which I/O ports.
 *
 *     RAM of the machine  --->  free  --first request-->  owned by one client, for ever
 *     kernel, sigma0, its tables: reserved                 root task's image: owned from the start
 *     everything else: not in the map, hence device memory, which all clients may share
 */
#pragma once

#include <stdbool.h>

#include <l4/sys/kip_layout.h>
#include <l4/sys/l4int.h>
#include <sigma0/rmap.h>

enum {
    MEM_STATIC_NODES = 256, /* nodes to start with; more than the KIP's descriptors can need */
    MEM_ROOT_CLIENT = 4,    /* client id of the root task */
};

enum mem_kind {
    MEM_FREE = 1,
    MEM_OWNED = 2,
    MEM_RESERVED = 3,
};

struct memmap {
    struct rmap ram;   /* values: see mem_value() */
    struct rmap ports; /* values: client id */
    struct rmap_pool pool;
    struct rmap_node nodes[MEM_STATIC_NODES];
};

/* A range's value: kind, rights (L4_FPAGE_*) and owner in one word. */
static inline l4_umword_t mem_value(enum mem_kind kind, unsigned rights, l4_umword_t owner)
{
    return (l4_umword_t)kind | ((rights & 0xfU) << 4) | (owner << 8);
}

static inline enum mem_kind mem_value_kind(l4_umword_t v)
{
    return (enum mem_kind)(v & 0xf);
}

static inline unsigned mem_value_rights(l4_umword_t v)
{
    return (unsigned)(v >> 4) & 0xfU;
}

static inline l4_umword_t mem_value_owner(l4_umword_t v)
{
    return v >> 8;
}

/*
 * Build the maps from the descriptors of the KIP.
 * Returns: 0, or -L4_ENOMEM if there are more ranges than static nodes.
 */
int mem_init(struct memmap *m, l4_kernel_info_t const *kip);

/*
 * Have enough nodes for one request; takes a free page (1:1 addressable) when few are left.
 * Without free pages the remaining nodes are used up, then requests fail with -L4_ENOMEM.
 */
void mem_refill(struct memmap *m);

/*
 * 2^order bytes at addr for `client`, every page of it free or its own, with at least the
 * rights `need`.
 * Returns: rights of the region (> 0); -L4_EINVAL misaligned or less than a page; -L4_ENOMEM.
 */
int mem_take(struct memmap *m, l4_addr_t addr, unsigned order, l4_umword_t client, unsigned need);

/*
 * The lowest free aligned block of 2^order bytes for `client`; its address goes to *addr.
 * Returns: 0; -L4_EINVAL less than a page; -L4_ENOMEM none left.
 * Cost:    one walk per range.
 */
int mem_take_any(struct memmap *m, unsigned order, l4_umword_t client, l4_addr_t *addr);

/* Is it all device memory? Returns: 0; -L4_EINVAL misaligned or too small; -L4_ENOMEM. */
int mem_check_io(struct memmap const *m, l4_addr_t addr, unsigned order);

/* 2^order I/O ports for `client`, each free or its own. Returns: 0 or -L4_ENOMEM. */
int mem_take_ports(struct memmap *m, l4_umword_t port, unsigned order, l4_umword_t client);

/* Bytes of free memory. */
l4_umword_t mem_free_bytes(struct memmap const *m);
