/* SPDX-License-Identifier: MIT */
/*
 * The kernel half of every address space, made at boot and never changed afterwards at the
 * top level, and the root register.
 *
 *   ffff8000'...  all RAM (direct map), RW NX            phys_to_virt()
 *   ffffc000'...  object headers, thread windows, RW NX  arch_kmap_frame()
 *   ffffd000'...  device registers, uncached, RW NX      arch_map_device()
 *   ffffd800'...  per-CPU areas
 *   ffffffff'8..  the kernel image, W^X
 *
 * The windows have one struct of bases, so that they can move.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/impl/mmu.h> /* struct arch_windows arch_windows; constants */
#include <lib/base.h>

struct arch_ram {
    paddr start, end; /* [start, end), bytes */
};

/* Physical address of a direct-map or image address, and back (RAM only). */
static inline void *phys_to_virt(paddr p);
static inline paddr virt_to_phys(const void *v);

/*
 * Build the final kernel half: direct map of `ram` (n disjoint ranges) without the image,
 * image W^X, empty windows. Table frames come from `alloc`: a zeroed frame, by its address in
 * the direct map, below 4 GiB and in one of the ranges; or NULL, boot panics then. Afterwards
 * the boot tables are dead, low addresses are not mapped, and of physical memory only `ram`.
 * Context: boot, interrupts off.
 */
void arch_mmu_init(const struct arch_ram *ram, unsigned n, void *(*alloc)(void));

/*
 * Map a kernel frame at an address of the header or thread window. Intermediate tables come
 * from `alloc`; they stay for ever. Returns 0, -L4_ENOMEM, or 1: an existing mapping is kept
 * (frames in these windows are reused, never replaced).
 * Context: preemptible; callers hold the lock of the window.
 */
int arch_kmap_frame(uintptr_t va, paddr frame, void *(*alloc)(void)) must_check;

/* Is there a frame at this address of a window? Context: as arch_kmap_frame(). */
bool arch_kmap_present(uintptr_t va);

/*
 * Map device registers uncached; stays for ever. Needs no memory; several callers of the
 * same page get several addresses.
 * Context: boot, after arch_mmu_init().
 * Returns: the address of `p`, or NULL if the window is full (8 MiB).
 */
void *arch_map_device(paddr p, size_t bytes);

/*
 * Unmap boot code and boot data (also the boot stack) and put their frames into the direct
 * map, whatever they contain: the caller clears and keeps them.
 * Context: boot, once, off the boot stack.
 * Returns: the range of physical memory.
 */
struct arch_ram arch_init_release(void);

/* A new user root table: kernel half filled in, user half empty. `root` is a zeroed frame. */
void arch_root_init(void *root);

/* Load / read the address-space root of this CPU. Context: micro-section. */
void arch_root_load(paddr root);
paddr arch_root_current(void);

/* Root with an empty user half, for threads without a task and for dying spaces. */
paddr arch_root_kernel(void);

/* Forget one user page / everything of the user half in this CPU. Context: micro-section. */
void arch_tlb_flush_page(uaddr va);
void arch_tlb_flush_all(void);

/* First address behind user space, and last page never mapped. */
#define ARCH_USER_END 0x0000800000000000ull
