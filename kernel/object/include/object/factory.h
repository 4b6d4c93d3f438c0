/* SPDX-License-Identifier: MIT */
/* Factory: makes objects, and pays for them out of its quota. */
#pragma once

#include <cap/kobj.h>

/* The root factory: no limit but the kernel's memory. Boot. */
struct kobj *factory_create_root(void) must_check;

/* What the objects made by a factory are charged to. */
struct kobj_payer *factory_payer(struct kobj *o);

/* Slab of factories. Boot. */
void factory_init(void);
