/* SPDX-License-Identifier: MIT */
/*
 * See <l4/sigma0/sigma0.h>. Every request is two words; every answer is one mapping, which
 * goes through the receive window in BR0/BR1.
 */
#include <l4/sigma0/sigma0.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>

/* Send request `id` with flexpage `fp`; the answer is mapped into `window`. */
static l4_msgtag_t request(l4_cap_idx_t sigma0, l4_umword_t id, l4_fpage_t fp, l4_fpage_t window,
                           l4_utcb_t *u)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(u);
    l4_buf_regs_t *b = l4_utcb_br_u(u);
    l4_umword_t bdr = b->bdr;
    l4_umword_t br0 = b->br[0];
    l4_umword_t br1 = b->br[1];
    l4_msgtag_t t;

    m->mr[0] = SIGMA0_REQ_MAGIC | id;
    m->mr[1] = fp.raw;
    b->bdr = 0;
    b->br[0] = L4_ITEM_MAP;
    b->br[1] = window.raw;
    t = l4_ipc_call(sigma0, u, l4_msgtag(L4_PROTO_SIGMA0, 2, 0, 0), L4_IPC_NEVER);
    b->bdr = bdr;
    b->br[0] = br0;
    b->br[1] = br1;
    return t;
}

static int result(l4_msgtag_t t)
{
    if (l4_msgtag_has_error(t))
        return -L4SIGMA0_IPCERROR;
    return l4_msgtag_label(t) < 0 ? -L4SIGMA0_NOFPAGE : 0;
}

static l4_fpage_t window_of(l4_addr_t adr, unsigned log2_size)
{
    if (log2_size >= L4_WHOLE_ADDRESS_SPACE)
        return l4_fpage_all();
    return l4_fpage(adr, log2_size, L4_FPAGE_RWX);
}

/* Where an item with this hot spot and order came out in the window. */
static l4_addr_t mapped_at(l4_addr_t window, unsigned log2_window, l4_addr_t spot, unsigned order)
{
    spot = l4_trunc_size(spot, (unsigned char)order);
    if (log2_window >= L4_WHOLE_ADDRESS_SPACE)
        return spot;
    window = l4_trunc_size(window, (unsigned char)log2_window);
    return window + (spot & ((1UL << log2_window) - 1));
}

l4_kernel_info_t *l4sigma0_map_kip(l4_cap_idx_t sigma0, void *adr, unsigned log2_size)
{
    l4_utcb_t *u = l4_utcb();
    l4_msgtag_t t = request(sigma0, SIGMA0_REQ_ID_KIP, l4_fpage_invalid(),
                            window_of((l4_addr_t)adr, log2_size), u);

    if (result(t) < 0 || l4_msgtag_items(t) < 1)
        return NULL;
    return (l4_kernel_info_t *)mapped_at((l4_addr_t)adr, log2_size, l4_utcb_mr_u(u)->mr[0],
                                         L4_PAGESHIFT);
}

/* Request [phys, phys + size) in the largest flexpages that both addresses allow. */
static int map_region(l4_cap_idx_t sigma0, l4_umword_t id, l4_addr_t phys, l4_addr_t virt,
                      l4_addr_t size)
{
    l4_utcb_t *u = l4_utcb();

    if ((phys | virt | size) & L4_PAGEMASKLOW)
        return -L4SIGMA0_NOTALIGNED;
    while (size) {
        unsigned order = l4_fpage_max_order(L4_PAGESHIFT, phys, phys, phys + size - 1, virt);
        int err = result(request(sigma0, id, l4_fpage(phys, order, L4_FPAGE_RWX),
                                 l4_fpage(virt, order, L4_FPAGE_RWX), u));

        if (err < 0)
            return err;
        phys += 1UL << order;
        virt += 1UL << order;
        size -= 1UL << order;
    }
    return 0;
}

int l4sigma0_map_mem(l4_cap_idx_t sigma0, l4_addr_t phys, l4_addr_t virt, l4_addr_t size)
{
    return map_region(sigma0, SIGMA0_REQ_ID_FPAGE_RAM, phys, virt, size);
}

int l4sigma0_map_iomem(l4_cap_idx_t sigma0, l4_addr_t phys, l4_addr_t virt, l4_addr_t size,
                       int cached)
{
    return map_region(sigma0, cached ? SIGMA0_REQ_ID_FPAGE_IOMEM_CACHED : SIGMA0_REQ_ID_FPAGE_IOMEM,
                      phys, virt, size);
}

int l4sigma0_map_anypage(l4_cap_idx_t sigma0, l4_addr_t map_area, unsigned log2_window_size,
                         l4_addr_t *base, unsigned log2_map_size)
{
    l4_utcb_t *u = l4_utcb();
    l4_msgtag_t t;
    int err;

    if (log2_map_size > log2_window_size)
        return -L4SIGMA0_SMALLERFPAGE;
    t = request(sigma0, SIGMA0_REQ_ID_FPAGE_ANY, l4_fpage(0, log2_map_size, L4_FPAGE_RWX),
                window_of(map_area, log2_window_size), u);
    err = result(t);
    if (err < 0)
        return err;
    if (l4_msgtag_items(t) < 1)
        return -L4SIGMA0_NOFPAGE;
    *base = mapped_at(map_area, log2_window_size, l4_utcb_mr_u(u)->mr[0], log2_map_size);
    return 0;
}

void l4sigma0_debug_dump(l4_cap_idx_t sigma0)
{
    (void)request(sigma0, SIGMA0_REQ_ID_DEBUG_DUMP, l4_fpage_invalid(), l4_fpage_invalid(),
                  l4_utcb());
}

int l4sigma0_print_cov_data(l4_cap_idx_t sigma0)
{
    return result(request(sigma0, SIGMA0_REQ_ID_PRINT_COV, l4_fpage_invalid(), l4_fpage_invalid(),
                          l4_utcb()));
}

int l4sigma0_new_client(l4_cap_idx_t sigma0, l4_cap_idx_t gate)
{
    return (int)l4_error(l4_factory_create(sigma0, L4_PROTO_SIGMA0, gate));
}

char const *l4sigma0_map_errstr(int err)
{
    switch (err) {
    case 0: return "ok";
    case -L4SIGMA0_NOTALIGNED: return "not page aligned";
    case -L4SIGMA0_IPCERROR: return "message to sigma0 failed";
    case -L4SIGMA0_NOFPAGE: return "sigma0 refused";
    case -L4SIGMA0_SMALLERFPAGE: return "window smaller than the block";
    default: return "unknown error";
    }
}
