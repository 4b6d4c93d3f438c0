/* SPDX-License-Identifier: MIT */
/*
 * Typed marshalling, see <l4/re/msg.h>. Nothing here touches a UTCB or makes a system call: the
 * caller says where the words are.
 *
 * Values are copied byte by byte with memcpy, so a message may lie anywhere.
 */
#include <string.h>

#include <l4/re/msg.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>

enum {
    WORD = sizeof(l4_umword_t),
};

void l4re_msg_read(struct l4re_msg *m, l4_umword_t *mr, l4_msgtag_t tag)
{
    unsigned words = l4_msgtag_words(tag);
    unsigned items = l4_msgtag_items(tag);

    if (words + 2 * items > L4RE_MSG_WORDS)
        items = (L4RE_MSG_WORDS - words) / 2;
    *m = (struct l4re_msg){ .mr = mr, .end = words * WORD, .items = items, .item_pos = words };
}

void l4re_msg_write(struct l4re_msg *m, l4_umword_t *mr)
{
    *m = (struct l4re_msg){ .mr = mr, .end = L4RE_MSG_WORDS * WORD };
}

static unsigned msg_words(const struct l4re_msg *m)
{
    return (m->pos + WORD - 1) / WORD;
}

l4_msgtag_t l4re_msg_tag(const struct l4re_msg *m, long label, unsigned flags)
{
    if (m->err)
        return l4_msgtag(label, 0, 0, flags);
    return l4_msgtag(label, msg_words(m), m->items, flags);
}

/*
 * Advance over `n` bytes aligned to `align` (a power of two).
 * Returns: where they are, or NULL with the error noted.
 */
static void *msg_step(struct l4re_msg *m, size_t n, unsigned align, int err)
{
    unsigned at = (m->pos + align - 1) & ~(align - 1);

    if (m->err)
        return NULL;
    if (at > m->end || n > m->end - at) {
        m->err = err;
        return NULL;
    }
    m->pos = at + (unsigned)n;
    return (char *)m->mr + at;
}

static void msg_get(struct l4re_msg *m, void *v, unsigned n)
{
    const void *p = msg_step(m, n, n, -L4_EMSGTOOSHORT);

    if (p)
        memcpy(v, p, n);
    else
        memset(v, 0, n);
}

void l4re_msg_get_u8(struct l4re_msg *m, l4_uint8_t *v)
{
    msg_get(m, v, sizeof(*v));
}

void l4re_msg_get_u16(struct l4re_msg *m, l4_uint16_t *v)
{
    msg_get(m, v, sizeof(*v));
}

void l4re_msg_get_u32(struct l4re_msg *m, l4_uint32_t *v)
{
    msg_get(m, v, sizeof(*v));
}

void l4re_msg_get_i32(struct l4re_msg *m, int *v)
{
    msg_get(m, v, sizeof(*v));
}

void l4re_msg_get_u64(struct l4re_msg *m, l4_uint64_t *v)
{
    msg_get(m, v, sizeof(*v));
}

void l4re_msg_get_uword(struct l4re_msg *m, l4_umword_t *v)
{
    msg_get(m, v, sizeof(*v));
}

const void *l4re_msg_get_bytes(struct l4re_msg *m, size_t n)
{
    return msg_step(m, n, 1, -L4_EMSGTOOSHORT);
}

const char *l4re_msg_get_array(struct l4re_msg *m, unsigned long *len)
{
    const char *p;

    l4re_msg_get_uword(m, len);
    p = l4re_msg_get_bytes(m, *len);
    if (!p)
        *len = 0;
    return p;
}

const char *l4re_msg_get_str(struct l4re_msg *m)
{
    unsigned long len;
    const char *p = l4re_msg_get_array(m, &len);

    if (!p)
        return NULL;
    if (!len || p[len - 1]) {
        m->err = -L4_EMSGMISSARG;
        return NULL;
    }
    return p;
}

void l4re_msg_get_item(struct l4re_msg *m, l4_umword_t *w0, l4_umword_t *w1)
{
    *w0 = 0;
    *w1 = 0;
    if (m->err)
        return;
    if (!m->items) {
        m->err = -L4_EMSGMISSARG;
        return;
    }
    *w0 = m->mr[m->item_pos];
    *w1 = m->mr[m->item_pos + 1];
    m->item_pos += 2;
    m->items--;
}

static void msg_put(struct l4re_msg *m, const void *v, size_t n, unsigned align)
{
    void *p;

    if (m->items && !m->err)
        m->err = -L4_EMSGMISSARG; /* a value behind an item would never be read */
    p = msg_step(m, n, align, -L4_EMSGTOOLONG);
    if (p && n)
        memcpy(p, v, n);
}

void l4re_msg_put_u8(struct l4re_msg *m, l4_uint8_t v)
{
    msg_put(m, &v, sizeof(v), sizeof(v));
}

void l4re_msg_put_u16(struct l4re_msg *m, l4_uint16_t v)
{
    msg_put(m, &v, sizeof(v), sizeof(v));
}

void l4re_msg_put_u32(struct l4re_msg *m, l4_uint32_t v)
{
    msg_put(m, &v, sizeof(v), sizeof(v));
}

void l4re_msg_put_i32(struct l4re_msg *m, int v)
{
    msg_put(m, &v, sizeof(v), sizeof(v));
}

void l4re_msg_put_u64(struct l4re_msg *m, l4_uint64_t v)
{
    msg_put(m, &v, sizeof(v), sizeof(v));
}

void l4re_msg_put_uword(struct l4re_msg *m, l4_umword_t v)
{
    msg_put(m, &v, sizeof(v), sizeof(v));
}

void l4re_msg_put_bytes(struct l4re_msg *m, const void *data, size_t n)
{
    msg_put(m, data, n, 1);
}

void l4re_msg_put_array(struct l4re_msg *m, const char *data, unsigned long len)
{
    l4re_msg_put_uword(m, len);
    l4re_msg_put_bytes(m, data, len);
}

void l4re_msg_put_str(struct l4re_msg *m, const char *s)
{
    l4re_msg_put_array(m, s, strlen(s) + 1);
}

void l4re_msg_put_item(struct l4re_msg *m, l4_umword_t w0, l4_umword_t w1)
{
    unsigned at = msg_words(m) + 2 * m->items;

    if (m->err)
        return;
    if (at + 2 > m->end / WORD) {
        m->err = -L4_EMSGTOOLONG;
        return;
    }
    m->mr[at] = w0;
    m->mr[at + 1] = w1;
    m->items++;
}

void l4re_msg_put_cap(struct l4re_msg *m, l4_cap_idx_t cap, unsigned rights, unsigned ext)
{
    if (l4_is_invalid_cap(cap))
        l4re_msg_put_item(m, 0, 0);
    else
        l4re_msg_put_item(m, l4_map_obj_control(0, ext),
                          l4_obj_fpage(cap, 0, (unsigned char)rights).raw);
}

/* ---- arguments that carry their type ---------------------------------------------------- */

int l4re_msg_get_varg(struct l4re_msg *m, struct l4re_varg *v)
{
    l4_umword_t head;
    const char *p;

    *v = (struct l4re_varg){ 0 };
    if (m->err || m->pos >= m->end)
        return 0;
    l4re_msg_get_uword(m, &head);
    v->type = (unsigned)(head & 0xffff);
    v->len = (unsigned)(head >> L4_VARG_LEN_SHIFT) & 0xffff;
    p = l4re_msg_get_bytes(m, v->len);
    if (!p)
        return 0;
    m->pos = msg_words(m) * WORD;

    if (v->type == L4RE_VARG_STRING) {
        if (!v->len || p[v->len - 1]) {
            m->err = -L4_EMSGMISSARG;
            return 0;
        }
        v->str = p;
    } else if (v->len >= WORD) {
        memcpy(&v->value, p, WORD);
    }
    return 1;
}

static void msg_put_varg(struct l4re_msg *m, unsigned type, const void *data, size_t n)
{
    static const char zero[WORD];

    if (n > 0xffff) {
        m->err = m->err ? m->err : -L4_EMSGTOOLONG;
        return;
    }
    l4re_msg_put_uword(m, type | (l4_umword_t)n << L4_VARG_LEN_SHIFT);
    l4re_msg_put_bytes(m, data, n);
    l4re_msg_put_bytes(m, zero, (WORD - n % WORD) % WORD);
}

void l4re_msg_put_varg_uint(struct l4re_msg *m, l4_umword_t v)
{
    msg_put_varg(m, L4RE_VARG_UMWORD, &v, sizeof(v));
}

void l4re_msg_put_varg_int(struct l4re_msg *m, l4_mword_t v)
{
    msg_put_varg(m, L4RE_VARG_MWORD, &v, sizeof(v));
}

void l4re_msg_put_varg_str(struct l4re_msg *m, const char *s)
{
    msg_put_varg(m, L4RE_VARG_STRING, s, strlen(s) + 1);
}

void l4re_msg_put_varg_nil(struct l4re_msg *m)
{
    msg_put_varg(m, L4RE_VARG_NIL, "", 0);
}
