/* SPDX-License-Identifier: MIT */
/* Run something in a process of its own: a world can be started once only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* fn(arg) in a child. Returns: did it end well? */
bool run_apart(void (*fn)(void *arg), void *arg);

/* Memory that children and parent share; zeroed. */
void *memory_shared(size_t bytes);
