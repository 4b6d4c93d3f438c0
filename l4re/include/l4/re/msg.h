/* SPDX-License-Identifier: MIT */
/*
 * Typed marshalling: a cursor that reads or writes the message registers of one IPC.
 *
 * Values follow each other with the natural alignment of their types; items (capabilities,
 * flexpages) come last, two words each. The first error sticks, later calls do nothing, so a
 * sequence of calls is checked once at its end:
 *
 *     l4re_msg_get_u64(&m, &offset);
 *     l4re_msg_get_uword(&m, &size);
 *     if (m.err)
 *         return m.err;
 *
 * Errors: -L4_EMSGTOOSHORT when reading past the end (outputs are then zero),
 *         -L4_EMSGTOOLONG when writing past it, -L4_EMSGMISSARG for an argument of a wrong kind.
 */
#pragma once

#include <stddef.h>

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

enum {
    L4RE_MSG_WORDS = 63, /* words in one message, items included */
};

struct l4re_msg {
    l4_umword_t *mr;   /* the words */
    unsigned pos;      /* bytes read or written */
    unsigned end;      /* bytes of untyped words; while writing: capacity */
    unsigned items;    /* items left to read, or written */
    unsigned item_pos; /* word index of the next item */
    int err;           /* 0 or the first error */
};

/* Start to read a message that came with `tag` into `mr`. */
void l4re_msg_read(struct l4re_msg *m, l4_umword_t *mr, l4_msgtag_t tag);

/* Start to write a message into `mr` (L4RE_MSG_WORDS words). */
void l4re_msg_write(struct l4re_msg *m, l4_umword_t *mr);

/* The tag of what was written. If writing failed the message is empty. */
l4_msgtag_t l4re_msg_tag(const struct l4re_msg *m, long label, unsigned flags);

void l4re_msg_get_u8(struct l4re_msg *m, l4_uint8_t *v);
void l4re_msg_get_u16(struct l4re_msg *m, l4_uint16_t *v);
void l4re_msg_get_u32(struct l4re_msg *m, l4_uint32_t *v);
void l4re_msg_get_i32(struct l4re_msg *m, int *v);
void l4re_msg_get_u64(struct l4re_msg *m, l4_uint64_t *v);
void l4re_msg_get_uword(struct l4re_msg *m, l4_umword_t *v);

/* `n` bytes in place; valid as long as the message. */
const void *l4re_msg_get_bytes(struct l4re_msg *m, size_t n);

/* An array of characters: a count (unsigned long), then that many. Returns: NULL on error. */
const char *l4re_msg_get_array(struct l4re_msg *m, unsigned long *len);

/* A string: an array whose count includes the final NUL, which is checked. NULL on error. */
const char *l4re_msg_get_str(struct l4re_msg *m);

/* The two words of the next item as they came. */
void l4re_msg_get_item(struct l4re_msg *m, l4_umword_t *w0, l4_umword_t *w1);

void l4re_msg_put_u8(struct l4re_msg *m, l4_uint8_t v);
void l4re_msg_put_u16(struct l4re_msg *m, l4_uint16_t v);
void l4re_msg_put_u32(struct l4re_msg *m, l4_uint32_t v);
void l4re_msg_put_i32(struct l4re_msg *m, int v);
void l4re_msg_put_u64(struct l4re_msg *m, l4_uint64_t v);
void l4re_msg_put_uword(struct l4re_msg *m, l4_umword_t v);
void l4re_msg_put_bytes(struct l4re_msg *m, const void *data, size_t n);
void l4re_msg_put_array(struct l4re_msg *m, const char *data, unsigned long len);
void l4re_msg_put_str(struct l4re_msg *m, const char *s);

/* Items: no value may be put after the first of them. */
void l4re_msg_put_item(struct l4re_msg *m, l4_umword_t w0, l4_umword_t w1);

/*
 * A capability to pass on with `rights` (L4_CAP_FPAGE_*) and object rights `ext` (0xe0: all,
 * 0x20: may serve the gate). An invalid capability becomes a void item.
 */
void l4re_msg_put_cap(struct l4re_msg *m, l4_cap_idx_t cap, unsigned rights, unsigned ext);

/* Arguments that carry their own type, as used by factories. */
enum l4re_varg_type {
    L4RE_VARG_NIL = 0,
    L4RE_VARG_UMWORD = 1,
    L4RE_VARG_MWORD = 0x81,
    L4RE_VARG_STRING = 2,
    L4RE_VARG_FPAGE = 3,
};

struct l4re_varg {
    unsigned type;     /* enum l4re_varg_type, or whatever the sender wrote */
    unsigned len;      /* bytes of payload */
    l4_umword_t value; /* of words; 0 otherwise */
    const char *str;   /* of strings, terminated; NULL otherwise */
};

/* Read the next one. Returns: 1, or 0 at the end of the message or after an error. */
int l4re_msg_get_varg(struct l4re_msg *m, struct l4re_varg *v);

void l4re_msg_put_varg_uint(struct l4re_msg *m, l4_umword_t v);
void l4re_msg_put_varg_int(struct l4re_msg *m, l4_mword_t v);
void l4re_msg_put_varg_str(struct l4re_msg *m, const char *s);
void l4re_msg_put_varg_nil(struct l4re_msg *m);

EXTERN_C_END
