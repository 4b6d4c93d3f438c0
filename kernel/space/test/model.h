/* SPDX-License-Identifier: MIT */
/*
 * What mapping means, written down as simply as possible: a set of units with parents, all
 * operations by recursion and search. Space 0 is sigma0; each space has a window of PAGES.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define M_SPACES 6
#define M_REGIONS 3
#define M_PAGES (M_REGIONS * 512)

void model_reset(void);

/* As map_args; places are pages of the windows. Returns: was something mapped? */
bool model_map(int src, unsigned from, int dst, unsigned to, unsigned pages, unsigned rights,
               bool grant);

/* `take` with PT_R: remove. */
void model_unmap(int s, unsigned at, unsigned pages, unsigned take, bool self);

/* Rights at a page (0: nothing) and its frame, in pages of the physical window. */
unsigned model_rights(int s, unsigned page, unsigned *frame);

/* log2 of the page size at a page that is mapped. */
unsigned model_order(int s, unsigned page);
