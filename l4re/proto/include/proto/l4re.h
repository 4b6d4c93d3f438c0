/* SPDX-License-Identifier: MIT */
/*
 * Operations of the runtime's interfaces on the wire. The label of a request is the protocol
 * (<l4/re/protocols.h>), its first four bytes the operation; arguments follow as <l4/re/msg.h>
 * says, in the order of the comments.
 */
#pragma once

enum proto_ds_ops {
    PROTO_DS_MAP = 0,      /* u64 offset, u64 spot, ulong flags -> memory item */
    PROTO_DS_CLEAR = 1,    /* u64 offset, u64 size */
    PROTO_DS_INFO = 2,     /* -> u64 size, ulong flags */
    PROTO_DS_COPY_IN = 3,  /* u64 dst offset, u64 src offset, u64 size, cap source */
    PROTO_DS_ALLOCATE = 4, /* u64 offset, u64 size */
    PROTO_DS_MAP_INFO = 5, /* -> ulong start, ulong end */
};

enum proto_rm_ops {
    /*
     * ulong start, ulong size, u32 flags, u64 offset, u8 align, u8 has client cap, ulong client
     * cap, string name, u64 backing offset, optional cap dataspace -> ulong start
     */
    PROTO_RM_ATTACH = 0,
    PROTO_RM_DETACH = 1, /* ulong addr, ulong size, u32 how -> ulong start, ulong size, ulong cap */
    PROTO_RM_FIND = 2,   /* ulong addr, ulong size -> addr, size, u32 flags, u64 offset, cap */
    PROTO_RM_RESERVE_AREA = 3, /* ulong start, ulong size, u32 flags, u8 align -> ulong start */
    PROTO_RM_FREE_AREA = 4,    /* ulong addr */
    PROTO_RM_GET_REGIONS = 5,  /* ulong addr -> label n, n times struct proto_rm_range */
    PROTO_RM_GET_AREAS = 6,    /* the same for areas */
    PROTO_RM_GET_INFO = 7,     /* ulong addr -> string name, u64 backing offset */
    PROTO_RM_ADD_RESCUE = 8,   /* ulong begin, ulong end, ulong rescue */
    PROTO_RM_DEL_RESCUE = 9,   /* ulong begin */
    PROTO_RM_PAGE_IN = 10,     /* ulong min, ulong max, u16 rights -> ulong 0, memory item */
};

struct proto_rm_range {
    unsigned long start;
    unsigned long end; /* last byte */
    unsigned short flags;
};

enum proto_ns_ops {
    /* array name -> [u8 1, i32 0, u8 1, array rest of the path,] cap */
    PROTO_NS_QUERY = 0,
    PROTO_NS_REGISTER = 1, /* u32 flags, array name, optional cap */
    PROTO_NS_UNLINK = 3,   /* array name */
};

/* Label of a query's answer: the capability is a namespace, the rest of the path goes there. */
enum {
    PROTO_NS_PARTLY_RESOLVED = 0x20,
};

enum proto_parent_ops {
    PROTO_PARENT_SIGNAL = 0, /* ulong signal, ulong value */
};

enum proto_mem_alloc_ops {
    PROTO_MEM_ALLOC_INFO = 0, /* -> ulong quota, used, limit, used, free */
};
