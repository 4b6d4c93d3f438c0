/* SPDX-License-Identifier: MIT */
/*
 * Stretches of instructions with interrupts off: one is being counted per CPU, finished ones are
 * summed up by where they begin and end, and the way through the longest one is kept.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "insn.h"
#include "syms.h"

enum {
    STRETCH_STEPS = 512
};

/* Instructions executed in one function before the next one. */
struct step {
    const struct sym *sym;
    uint64_t pc; /* the first of them */
    uint64_t length;
};

struct stretch {
    uint64_t start; /* the CLI, or the first instruction of an entry */
    uint64_t length;
    uint32_t slow[SLOW_COUNT];
    unsigned nsteps;
    struct step steps[STRETCH_STEPS]; /* the last one takes what is too many */
};

void stretch_begin(struct stretch *s, uint64_t start);
void stretch_count(struct stretch *s, uint64_t pc, const struct sym *sym, enum insn_slow slow);

/* The stretch ends with the instruction at `end`. Context: one CPU at a time. */
void stretch_finish(struct stretch *s, uint64_t end);

void stretch_report(FILE *out);
