/* SPDX-License-Identifier: MIT */
/*
 * A small world for tests: a pool of frames, sigma0, and a few spaces that each have a quota.
 * Physical addresses are numbers, nobody touches the memory behind them.
 */
#pragma once

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/err.h>
#include <lib/base.h>
#include <space/space.h>

#define WORLD_SPACES 6u
#define WORLD_LIMIT GiB(64) /* of physical addresses */

#define PAGE 0x1000ull
#define SUPER 0x200000ull

struct world {
    struct quota root, quota[WORLD_SPACES];
    struct space sigma0, space[WORLD_SPACES];
    struct sync_party me;
    size_t frames; /* free at the start */
    bool mapped;   /* result of the last map */
};

extern struct world world;

/* The spaces, for short. */
#define S0 (&world.sigma0)
#define A (&world.space[0])
#define B (&world.space[1])
#define C (&world.space[2])
#define D (&world.space[3])

void world_start(void);

/* The same; each space's quota has `limit` bytes. */
void world_start_limited(uint64_t limit);

/*
 * From now on fn is called where another thread might run: behind each micro-section and each
 * lock, unless a lock is held or fn is running already. NULL: no more.
 */
void world_on_preemption(void (*fn)(void));

/* Tear everything down; expects that nothing is left over. */
void world_end(void);

/* Expect that all invariants hold. */
void world_check(void);

/* The same while rights are being withdrawn. */
void world_check_moving(void);

struct hotspot spot_mem(uint64_t from, uint64_t to, unsigned order, unsigned rights);
struct hotspot spot_io(unsigned port, unsigned order);

/* One flexpage of memory, ports. Returns the error; world.mapped as the op says. */
int map(struct space *src, uint64_t from, struct space *dst, uint64_t to, unsigned order,
        unsigned rights);
int map_item(struct space *src, uint64_t from, struct space *dst, uint64_t to, unsigned order,
             unsigned rights, uint64_t item);
int map_io(struct space *src, struct space *dst, unsigned port, unsigned order, uint64_t item);

/* Returns the used bits. mask 0: derived only. */
unsigned unmap(struct space *s, uint64_t at, unsigned order, unsigned rights, uint64_t mask);
void unmap_io(struct space *s, unsigned port, unsigned order, uint64_t mask);

#define SELF L4_FP_ALL_SPACES
#define DERIVED L4_FP_OTHER_SPACES
#define GRANT L4_MAP_ITEM_GRANT

/* What is at `va`: frame | rights, 0 if nothing. */
uint64_t at(const struct space *s, uint64_t va);

/* log2 of the page at `va`, 0 if nothing. */
unsigned size_at(const struct space *s, uint64_t va);

#define R PT_R
#define RW (PT_R | PT_W)
#define RX (PT_R | PT_X)
#define RWX PT_RWX
