/* SPDX-License-Identifier: MIT */
/*
 * The mailbox (kernel/sync/mbox.c) with its notification.
 *
 * Two producers post LETTERS letters each, in order. A post is the swap of head, the link of the
 * predecessor, and after it a notification. The consumer takes until it is told there is nothing,
 * then sleeps until the next notification. A letter that was taken is posted once more by the
 * consumer itself, so that nodes come back while others are under way.
 *
 * Shown: letters of one producer come in order, none comes twice, none stays behind although
 * every notification was answered; a node is free as soon as it was taken.
 *
 * Bounds: 2 producers, 2 letters each, each letter posted twice. Sequentially consistent memory:
 * the orders themselves are for ThreadSanitizer.
 * Run: nothing is lost, doubled or overtaken | | -DSAFETY |
 */
#define LETTERS 2
#define NODES 4 /* producer p: nodes p * LETTERS .. */
#define STUB 4
#define NIL 5

byte next[5] = NIL;
byte head = STUB;
byte tail = STUB; /* the consumer's */
bool posted[NODES];
bool again[NODES]; /* the second round of this letter */
bool notified;
byte taken;
byte expect[2]; /* first-round letters taken, by producer */

inline post(n)
{
    next[n] = NIL;
    atomic { prev = head; head = n }
    next[prev] = n;
    prev = 0
}

/* got := the node taken, or NIL. Every access to shared words is a step of its own. */
inline take(got)
{
    got = NIL;
    t = tail;
    n = next[t];
    if
    :: t == STUB && n == NIL -> goto taken_none
    :: t == STUB && n != NIL -> tail = n; t = n; n = next[t]
    :: else
    fi;
    if
    :: n == NIL ->
        if
        :: t != head -> goto taken_none
        :: else
        fi;
        post(STUB);
        n = next[t];
        if
        :: n == NIL -> goto taken_none
        :: else
        fi
    :: else
    fi;
    tail = n;
    got = t;
taken_none:
    skip
}

proctype Producer(byte p)
{
    byte i, prev;

    do
    :: i < LETTERS ->
        assert(!posted[p * LETTERS + i]);
        posted[p * LETTERS + i] = true;
        post(p * LETTERS + i);
        notified = true;
        i++
    :: else -> break
    od
}

active proctype Consumer()
{
    byte got, t, n, prev, from;

    do
    :: taken == 2 * NODES -> break
    :: else ->
end:
        atomic { notified -> notified = false }
        do
        :: take(got);
            if
            :: got == NIL -> break
            :: else
            fi;
            atomic {
                assert(got < NODES && posted[got]);
                posted[got] = false;
                taken++;
                from = got / LETTERS;
                if
                :: !again[got] -> assert(expect[from] == got % LETTERS); expect[from]++
                :: else
                fi;
                /* The node is ours: nobody may write to it any more. */
                next[got] = NIL
            }
            if
            :: !again[got] ->
                again[got] = true;
                posted[got] = true;
                post(got);
                notified = true
            :: else
            fi;
            got = 0; t = 0; n = 0; from = 0
        od
    od
}

init {
    atomic { run Producer(0); run Producer(1) }
    /* Nothing stays behind: if all are asleep, all was taken. */
    timeout -> assert(taken == 2 * NODES)
}
