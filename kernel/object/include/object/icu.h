/* SPDX-License-Identifier: MIT */
/*
 * Objects the kernel makes once: interrupt controller with platform control, scheduler, console,
 * debugger. They are never deleted: their capabilities are not counted and lack D.
 */
#pragma once

#include <cap/kobj.h>

/* Boot. Panic-worthy if NULL. */
struct kobj *icu_create(struct kobj_payer *p) must_check;
struct kobj *scheduler_create(struct kobj_payer *p) must_check;
struct kobj *vcon_create(struct kobj_payer *p) must_check;
struct kobj *debugger_create(struct kobj_payer *p) must_check;
