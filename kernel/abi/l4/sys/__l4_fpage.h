/* SPDX-License-Identifier: MIT */
/*
 * Flexpages: power-of-two sized, naturally aligned regions of memory, I/O ports or
 * capability slots, and the words that say how one is sent.
 *
 *     63                           12 11     6 5    4 3      0
 *     +------------------------------+--------+------+--------+
 *     | address / port / cap index   | order  | type | rights |
 *     +------------------------------+--------+------+--------+
 *
 * order: log2 of the size, in bytes (memory), ports (I/O) or slots (objects); 63 = everything.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/consts.h>
#include <l4/sys/l4int.h>

enum l4_fpage_consts {
    L4_FPAGE_RIGHTS_SHIFT = 0,
    L4_FPAGE_RIGHTS_BITS = 4,
    L4_FPAGE_TYPE_SHIFT = 4,
    L4_FPAGE_TYPE_BITS = 2,
    L4_FPAGE_SIZE_SHIFT = 6,
    L4_FPAGE_SIZE_BITS = 6,
    L4_FPAGE_ADDR_SHIFT = 12,
    L4_FPAGE_ADDR_BITS = 52,

    L4_FPAGE_RIGHTS_MASK = 0xf,
    L4_FPAGE_TYPE_MASK = 0x30,
    L4_FPAGE_SIZE_MASK = 0xfc0,
};
#define L4_FPAGE_ADDR_MASK (~0UL << L4_FPAGE_ADDR_SHIFT)

enum l4_fpage_type {
    L4_FPAGE_SPECIAL = 0, /* everything, or nothing */
    L4_FPAGE_MEMORY = 1,
    L4_FPAGE_IO = 2,
    L4_FPAGE_OBJ = 3,
};

/* Rights of memory and port flexpages. x86 pages are always readable. */
enum L4_fpage_rights {
    L4_FPAGE_X = 1,
    L4_FPAGE_W = 2,
    L4_FPAGE_RO = 4,
    L4_FPAGE_RX = L4_FPAGE_RO | L4_FPAGE_X,
    L4_FPAGE_RW = L4_FPAGE_RO | L4_FPAGE_W,
    L4_FPAGE_RWX = L4_FPAGE_RW | L4_FPAGE_X,
};

/* Rights of object flexpages, and of capabilities. */
enum L4_cap_fpage_rights {
    L4_CAP_FPAGE_W = 1, /* object-specific "write" */
    L4_CAP_FPAGE_S = 2, /* object-specific "strong"; on channels: may pass capabilities with S */
    L4_CAP_FPAGE_R = 4, /* presence of the capability */
    L4_CAP_FPAGE_D = 8, /* may delete the object */
    L4_CAP_FPAGE_RO = L4_CAP_FPAGE_R,
    L4_CAP_FPAGE_RW = L4_CAP_FPAGE_R | L4_CAP_FPAGE_W,
    L4_CAP_FPAGE_RS = L4_CAP_FPAGE_R | L4_CAP_FPAGE_S,
    L4_CAP_FPAGE_RWS = L4_CAP_FPAGE_RW | L4_CAP_FPAGE_S,
    L4_CAP_FPAGE_RD = L4_CAP_FPAGE_R | L4_CAP_FPAGE_D,
    L4_CAP_FPAGE_RWD = L4_CAP_FPAGE_RW | L4_CAP_FPAGE_D,
    L4_CAP_FPAGE_RSD = L4_CAP_FPAGE_RS | L4_CAP_FPAGE_D,
    L4_CAP_FPAGE_RWSD = L4_CAP_FPAGE_RWS | L4_CAP_FPAGE_D,
};

/* Attribute bits of word 0 of a send item that carries an object. */
enum L4_obj_fpage_ctl {
    L4_FPAGE_C_REF_CNT = 0x00,    /* the new capability keeps the object alive */
    L4_FPAGE_C_NO_REF_CNT = 0x10, /* weak: it does not */
    L4_FPAGE_C_OBJ_RIGHT1 = 0x20, /* keep this object-specific right (gates: server right) */
    L4_FPAGE_C_OBJ_RIGHT2 = 0x40,
    L4_FPAGE_C_OBJ_RIGHT3 = 0x80,
    L4_FPAGE_C_OBJ_RIGHTS = 0xe0,
    L4_FPAGE_C_IPCGATE_SVR = L4_FPAGE_C_OBJ_RIGHT1,
};

/* Caching attribute of a memory send item, to be shifted left by 4. */
enum l4_fpage_cacheability_opt_t {
    L4_FPAGE_CACHE_OPT = 0x1, /* the attribute is valid; otherwise the source's type is kept */
    L4_FPAGE_UNCACHEABLE = 0x1,
    L4_FPAGE_CACHEABLE = 0x3,
    L4_FPAGE_BUFFERABLE = 0x5, /* write combining */
};

/* Layout of word 0 of a send item: bits 12.. hot spot, 4-7 attributes, 0-3 kind. */
enum L4_fpage_control {
    L4_FPAGE_CONTROL_ATTR_SHIFT = 4,
    L4_FPAGE_CONTROL_ATTR_MASK = 0xf0,
    L4_FPAGE_CONTROL_OFFSET_SHIFT = 12,
};
#define L4_FPAGE_CONTROL_MASK (~0UL << L4_FPAGE_CONTROL_OFFSET_SHIFT)

enum {
    L4_WHOLE_ADDRESS_SPACE = 63,   /* order: all of it */
    L4_WHOLE_IOADDRESS_SPACE = 16, /* order: all I/O ports */
    L4_IOPORT_MAX = 1 << 16,       /* number of I/O ports */
};

typedef union l4_fpage_t {
    l4_umword_t fpage;
    l4_umword_t raw;
} l4_fpage_t;

/* A typed item as it stands in the message: two words. */
typedef struct l4_snd_fpage_t {
    l4_umword_t snd_base; /* hot spot | attributes | kind */
    l4_fpage_t fpage;
} l4_snd_fpage_t;

L4_ABI_ASSERT_SIZE(l4_fpage_t, 8);
L4_ABI_ASSERT_SIZE(l4_snd_fpage_t, 16);

/* Any flexpage from its parts; `base` is cut to the page bits, nothing else is checked. */
L4_INLINE l4_fpage_t l4_fpage_raw(l4_umword_t base, unsigned order, unsigned type, unsigned rights)
{
    l4_fpage_t f;

    f.raw = (base & L4_FPAGE_ADDR_MASK) | ((l4_umword_t)(order & 0x3fU) << L4_FPAGE_SIZE_SHIFT) |
            ((type & 3U) << L4_FPAGE_TYPE_SHIFT) | (rights & (unsigned)L4_FPAGE_RIGHTS_MASK);
    return f;
}

/* Memory of 2^order bytes at `address` (order >= 12). */
L4_INLINE l4_fpage_t l4_fpage(l4_addr_t address, unsigned int order, unsigned char rights)
{
    return l4_fpage_raw(address, order, L4_FPAGE_MEMORY, rights);
}

/* Everything of every kind; as a receive window: wherever the sender's hot spot says. */
L4_INLINE l4_fpage_t l4_fpage_all(void)
{
    return l4_fpage_raw(0, L4_WHOLE_ADDRESS_SPACE, L4_FPAGE_SPECIAL, 0);
}

/* No flexpage at all (the zero word). */
L4_INLINE l4_fpage_t l4_fpage_invalid(void)
{
    return l4_fpage_raw(0, 0, L4_FPAGE_SPECIAL, 0);
}

/* 2^order I/O ports from `port`. */
L4_INLINE l4_fpage_t l4_iofpage(unsigned long port, unsigned int order)
{
    return l4_fpage_raw(port << L4_FPAGE_ADDR_SHIFT, order, L4_FPAGE_IO, L4_FPAGE_RW);
}

/* 2^order capability slots from selector `obj`. */
L4_INLINE l4_fpage_t l4_obj_fpage(unsigned long obj, unsigned int order, unsigned char rights)
{
    return l4_fpage_raw(obj, order, L4_FPAGE_OBJ, rights);
}

L4_INLINE unsigned l4_fpage_rights(l4_fpage_t f)
{
    return (unsigned)(f.raw & L4_FPAGE_RIGHTS_MASK);
}

/* One of enum l4_fpage_type. */
L4_INLINE unsigned l4_fpage_type(l4_fpage_t f)
{
    return (unsigned)((f.raw & L4_FPAGE_TYPE_MASK) >> L4_FPAGE_TYPE_SHIFT);
}

/* log2 of the size. */
L4_INLINE unsigned l4_fpage_size(l4_fpage_t f)
{
    return (unsigned)((f.raw & L4_FPAGE_SIZE_MASK) >> L4_FPAGE_SIZE_SHIFT);
}

/* The bits above 12: page number, port or capability index. */
L4_INLINE unsigned long l4_fpage_page(l4_fpage_t f)
{
    return f.raw >> L4_FPAGE_ADDR_SHIFT;
}

/* Address of a memory flexpage. */
L4_INLINE l4_addr_t l4_fpage_memaddr(l4_fpage_t f)
{
    return f.raw & L4_FPAGE_ADDR_MASK;
}

/* Selector of the first slot of an object flexpage. */
L4_INLINE unsigned long l4_fpage_obj(l4_fpage_t f)
{
    return f.raw & L4_FPAGE_ADDR_MASK;
}

/* First port of an I/O flexpage. */
L4_INLINE unsigned long l4_fpage_ioport(l4_fpage_t f)
{
    return f.raw >> L4_FPAGE_ADDR_SHIFT;
}

/* The same flexpage with other rights. */
L4_INLINE l4_fpage_t l4_fpage_set_rights(l4_fpage_t src, unsigned char new_rights)
{
    l4_fpage_t f;

    f.raw = (src.raw & ~(l4_umword_t)L4_FPAGE_RIGHTS_MASK) |
            (new_rights & (unsigned)L4_FPAGE_RIGHTS_MASK);
    return f;
}

/* Nonzero unless it is the zero word. */
L4_INLINE int l4_is_fpage_valid(l4_fpage_t fp)
{
    return fp.raw != 0;
}

L4_INLINE int l4_is_fpage_writable(l4_fpage_t fp)
{
    return (fp.raw & L4_FPAGE_W) != 0;
}

/*
 * Word 0 of a send item for memory: map (or grant) to `spot`.
 * cache: 0 = keep the source's type, or one of l4_fpage_cacheability_opt_t.
 */
L4_INLINE l4_umword_t l4_map_control(l4_umword_t spot, unsigned char cache, unsigned grant)
{
    return (spot & L4_FPAGE_CONTROL_MASK) |
           (((l4_umword_t)cache << L4_FPAGE_CONTROL_ATTR_SHIFT) & L4_FPAGE_CONTROL_ATTR_MASK) |
           L4_ITEM_MAP | (grant & L4_MAP_ITEM_GRANT);
}

/* Word 0 of a send item for objects: attributes in `grant` are OR-ed in (L4_FPAGE_C_*). */
L4_INLINE l4_umword_t l4_map_obj_control(l4_umword_t spot, unsigned grant)
{
    return (spot & L4_FPAGE_CONTROL_MASK) | L4_ITEM_MAP |
           (grant & (L4_FPAGE_CONTROL_ATTR_MASK | (unsigned)L4_MAP_ITEM_GRANT));
}

/* Does the memory flexpage contain the region of 2^size bytes at addr? */
L4_INLINE int l4_fpage_contains(l4_fpage_t fpage, l4_addr_t addr, unsigned size)
{
    unsigned order = l4_fpage_size(fpage);

    if (order >= L4_WHOLE_ADDRESS_SPACE)
        return 1;
    return size <= order && (addr >> order) == (l4_fpage_memaddr(fpage) >> order);
}

/*
 * Largest order, starting at `order`, of a flexpage that covers addr, lies within
 * [min_addr, max_addr] (inclusive) and can be sent to `hotspot`: below the order, addr and
 * hotspot have the same bits. Give addr as hotspot for a 1:1 mapping.
 *
 * Returns: the order; `order` itself if not even the next one fits.
 * Cost:    one step per order.
 */
L4_INLINE unsigned char l4_fpage_max_order(unsigned char order, l4_addr_t addr, l4_addr_t min_addr,
                                           l4_addr_t max_addr, l4_addr_t hotspot)
{
    while (order < L4_WHOLE_ADDRESS_SPACE - 1) {
        unsigned char next = (unsigned char)(order + 1);
        l4_addr_t low = (1UL << next) - 1;
        l4_addr_t base = addr & ~low;

        if (base < min_addr || (base | low) > max_addr)
            break;
        if (((addr ^ hotspot) & low & L4_PAGEMASK) != 0)
            break;
        order = next;
    }
    return order;
}
