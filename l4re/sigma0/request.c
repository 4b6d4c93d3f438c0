/* SPDX-License-Identifier: MIT */
/* See <sigma0/request.h>. Requests and answers are those of the sigma0 protocol of the ABI. */
#include <sigma0/request.h>

#include <sigma0/text.h>

#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/utcb_layout.h>

static l4_msgtag_t reply(long label)
{
    return l4_msgtag(label, 0, 0, 0);
}

/* Reply with one item. */
static l4_msgtag_t reply_item(l4_umword_t *mr, l4_umword_t base, l4_fpage_t fpage)
{
    mr[0] = base;
    mr[1] = fpage.raw;
    return l4_msgtag(0, 0, 1, 0);
}

/* Reply with memory that appears where the hot spot, its physical address, says. */
static l4_msgtag_t reply_mem(l4_umword_t *mr, l4_addr_t addr, unsigned order, int rights,
                             unsigned char cache)
{
    return reply_item(mr, l4_map_control(addr, cache, L4_MAP_ITEM_MAP),
                      l4_fpage(addr, order, (unsigned char)rights));
}

/* ---- sigma0 protocol ---------------------------------------------------------------------------
 */

static l4_msgtag_t request_ram(struct sigma0 *s, l4_umword_t client, l4_fpage_t fp, l4_umword_t *mr)
{
    unsigned order = l4_fpage_size(fp);
    int rights = mem_take(&s->mem, l4_fpage_memaddr(fp), order, client, 0);

    if (rights < 0)
        return reply(rights);
    return reply_mem(mr, l4_fpage_memaddr(fp), order, rights, L4_FPAGE_CACHEABLE);
}

static l4_msgtag_t request_io(struct sigma0 *s, l4_fpage_t fp, unsigned char cache, l4_umword_t *mr)
{
    int err = mem_check_io(&s->mem, l4_fpage_memaddr(fp), l4_fpage_size(fp));

    if (err < 0)
        return reply(err);
    return reply_mem(mr, l4_fpage_memaddr(fp), l4_fpage_size(fp), L4_FPAGE_RW, cache);
}

static l4_msgtag_t request_any(struct sigma0 *s, l4_umword_t client, l4_fpage_t fp, l4_umword_t *mr)
{
    l4_addr_t addr = 0;
    int err = mem_take_any(&s->mem, l4_fpage_size(fp), client, &addr);

    if (err < 0)
        return reply(err);
    return reply_mem(mr, addr, l4_fpage_size(fp), L4_FPAGE_RWX, L4_FPAGE_CACHEABLE);
}

static l4_msgtag_t request_sigma0(struct sigma0 *s, l4_umword_t client, l4_msgtag_t tag,
                                  l4_umword_t *mr)
{
    unsigned words = l4_msgtag_words(tag);
    l4_fpage_t fp = { 0 };

    if (words < 1)
        return reply(-L4_EMSGTOOSHORT);
    if ((mr[0] & SIGMA0_REQ_MASK) != SIGMA0_REQ_MAGIC)
        return reply(-L4_ENOSYS);
    switch (mr[0] & ~SIGMA0_REQ_MASK) {
    case SIGMA0_REQ_ID_KIP:
        return reply_mem(mr, (l4_addr_t)s->kip, L4_PAGESHIFT, L4_FPAGE_RX, L4_FPAGE_CACHEABLE);
    case SIGMA0_REQ_ID_DEBUG_DUMP: request_dump(s); return reply(0);
    default: break;
    }
    if (words >= 2)
        fp.raw = mr[1];
    switch (mr[0] & ~SIGMA0_REQ_MASK) {
    case SIGMA0_REQ_ID_FPAGE_RAM:
        return words < 2 ? reply(-L4_EMSGTOOSHORT) : request_ram(s, client, fp, mr);
    case SIGMA0_REQ_ID_FPAGE_IOMEM:
        return words < 2 ? reply(-L4_EMSGTOOSHORT) : request_io(s, fp, L4_FPAGE_UNCACHEABLE, mr);
    case SIGMA0_REQ_ID_FPAGE_IOMEM_CACHED:
        return words < 2 ? reply(-L4_EMSGTOOSHORT) : request_io(s, fp, L4_FPAGE_CACHEABLE, mr);
    case SIGMA0_REQ_ID_FPAGE_ANY:
        return words < 2 ? reply(-L4_EMSGTOOSHORT) : request_any(s, client, fp, mr);
    default: return reply(-L4_ENOSYS);
    }
}

/* ---- faults
 * -------------------------------------------------------------------------------------- */

static l4_msgtag_t page_fault(struct sigma0 *s, l4_umword_t client, l4_msgtag_t tag,
                              l4_umword_t *mr)
{
    unsigned need = L4_FPAGE_RO;
    l4_addr_t page;
    int rights;

    if (l4_msgtag_words(tag) < 1)
        return reply(-L4_EMSGTOOSHORT);
    page = l4_trunc_page(mr[0]);
    if (mr[0] & L4_PF_WRITE)
        need |= L4_FPAGE_W;
    if (mr[0] & L4_PF_FETCH)
        need |= L4_FPAGE_X;
    rights = mem_take(&s->mem, page, L4_PAGESHIFT, client, need);
    if (rights < 0)
        return reply(-L4_ENOMEM);
    return reply_mem(mr, page, L4_PAGESHIFT, rights, L4_FPAGE_CACHEABLE);
}

static l4_msgtag_t io_fault(struct sigma0 *s, l4_umword_t client, l4_msgtag_t tag, l4_umword_t *mr)
{
    l4_fpage_t fp;
    unsigned order;

    if (l4_msgtag_words(tag) < 1)
        return reply(-L4_EMSGTOOSHORT);
    fp.raw = mr[0];
    order = l4_fpage_size(fp);
    if (l4_fpage_type(fp) != L4_FPAGE_IO ||
        mem_take_ports(&s->mem, l4_fpage_ioport(fp), order, client) < 0)
        return reply(-L4_ENOMEM);
    return reply_item(mr, l4_map_control(0, 0, L4_MAP_ITEM_MAP),
                      l4_iofpage(l4_fpage_ioport(fp) & ~((1UL << order) - 1), order));
}

/* ---- clients and types
 * ---------------------------------------------------------------------------- */

static l4_msgtag_t factory(struct sigma0 *s, l4_umword_t label, l4_msgtag_t tag, l4_umword_t *mr)
{
    long cap;

    if (!(label & L4_IPC_LABEL_S))
        return reply(-L4_EPERM);
    if (l4_msgtag_words(tag) < 1)
        return reply(-L4_EMSGTOOSHORT);
    if ((long)mr[0] != L4_PROTO_SIGMA0)
        return reply(-L4_ENODEV);
    cap = s->new_client();
    if (cap < 0)
        return reply(cap);
    return reply_item(mr, l4_map_obj_control(0, L4_MAP_ITEM_MAP),
                      l4_obj_fpage((l4_cap_idx_t)cap, 0, L4_CAP_FPAGE_RWS));
}

struct interface {
    long proto;
    char const *name;
};

static struct interface const interfaces[] = {
    { L4_PROTO_SIGMA0, "sigma0" },    { L4_PROTO_FACTORY, "factory" },
    { L4_PROTO_PAGE_FAULT, "pager" }, { L4_PROTO_IO_PAGE_FAULT, "io pager" },
    { L4_PROTO_META, "meta" },
};

enum {
    N_INTERFACES = sizeof(interfaces) / sizeof(interfaces[0]),
};

/* Reply words: protocol, length of the name with its NUL, the name. */
static l4_msgtag_t meta_interface(l4_umword_t idx, l4_umword_t *mr)
{
    char const *name;
    unsigned len = 1;

    if (idx >= N_INTERFACES)
        return reply(-L4_ERANGE);
    name = interfaces[idx].name;
    while (name[len - 1])
        len++;
    mr[0] = (l4_umword_t)interfaces[idx].proto;
    mr[1] = len;
    for (unsigned i = 0; i < l4_bytes_to_mwords(len); i++)
        mr[2 + i] = 0;
    for (unsigned i = 0; i < len; i++)
        mr[2 + i / 8] |= (l4_umword_t)(unsigned char)name[i] << (i % 8 * 8);
    return l4_msgtag(0, 2 + l4_bytes_to_mwords(len), 0, 0);
}

static l4_msgtag_t meta(l4_msgtag_t tag, l4_umword_t *mr)
{
    unsigned words = l4_msgtag_words(tag);

    if (words < 1)
        return reply(-L4_EMSGTOOSHORT);
    switch ((l4_uint32_t)mr[0]) { /* this protocol's opcode is a 4-byte integer */
    case L4_META_OP_NUM_INTERFACES: return reply(N_INTERFACES);
    case L4_META_OP_INTERFACE:
        return words < 2 ? reply(-L4_EMSGTOOSHORT) : meta_interface(mr[1], mr);
    case L4_META_OP_SUPPORTS:
        if (words < 2)
            return reply(-L4_EMSGTOOSHORT);
        for (unsigned i = 0; i < N_INTERFACES; i++) {
            if (interfaces[i].proto == (long)mr[1])
                return reply(1);
        }
        return reply(0);
    default: return reply(-L4_ENOSYS);
    }
}

/* ---- entry
 * ------------------------------------------------------------------------------------------ */

l4_msgtag_t request_handle(struct sigma0 *s, l4_umword_t label, l4_msgtag_t tag, l4_umword_t *mr)
{
    l4_umword_t client = label >> 4;

    mem_refill(&s->mem);
    switch (l4_msgtag_label(tag)) {
    case L4_PROTO_PAGE_FAULT: return page_fault(s, client, tag, mr);
    case L4_PROTO_IO_PAGE_FAULT: return io_fault(s, client, tag, mr);
    case L4_PROTO_SIGMA0: return request_sigma0(s, client, tag, mr);
    case L4_PROTO_FACTORY: return factory(s, label, tag, mr);
    case L4_PROTO_META: return meta(tag, mr);
    default: return reply(-L4_EBADPROTO);
    }
}

static void dump_ram_line(struct sigma0 *s, struct rmap_node const *n)
{
    unsigned rights = mem_value_rights(n->value);
    struct text t;

    text_init(&t);
    text_str(&t, "  ");
    text_hex(&t, n->start);
    text_str(&t, " - ");
    text_hex(&t, n->last);
    switch (mem_value_kind(n->value)) {
    case MEM_FREE: text_str(&t, " free"); break;
    case MEM_RESERVED: text_str(&t, " reserved"); break;
    case MEM_OWNED:
        text_str(&t, rights & L4_FPAGE_RO ? " r" : " -");
        text_str(&t, rights & L4_FPAGE_W ? "w" : "-");
        text_str(&t, rights & L4_FPAGE_X ? "x client " : "- client ");
        text_dec(&t, mem_value_owner(n->value));
        break;
    }
    text_str(&t, "\n");
    s->print(t.buf);
}

void request_dump(struct sigma0 *s)
{
    struct text t;

    text_init(&t);
    text_str(&t, "sigma0: memory, ");
    text_dec(&t, mem_free_bytes(&s->mem) >> 10);
    text_str(&t, " KiB free\n");
    s->print(t.buf);
    for (struct rmap_node *n = rmap_at_or_after(&s->mem.ram, 0); n; n = rmap_next(&s->mem.ram, n))
        dump_ram_line(s, n);
    s->print("sigma0: I/O ports\n");
    for (struct rmap_node *n = rmap_at_or_after(&s->mem.ports, 0); n;
         n = rmap_next(&s->mem.ports, n)) {
        text_init(&t);
        text_str(&t, "  ");
        text_hex(&t, n->start);
        text_str(&t, " - ");
        text_hex(&t, n->last);
        text_str(&t, " client ");
        text_dec(&t, n->value);
        text_str(&t, "\n");
        s->print(t.buf);
    }
}
