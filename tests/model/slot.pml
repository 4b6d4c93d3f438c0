/* SPDX-License-Identifier: MIT */
/*
 * A capability slot (kernel/cap/captab.c): two words, no lock, and objects that die any time.
 *
 * Writers fill the slot or empty it: CAS auth -> TAKEN, write the address, store auth. A
 * destroyer takes an object's serial away with one CAS; its header is reborn with a serial that
 * never existed before. A reader loads auth, loads the address, compares auth with the header's
 * serial.
 *
 * Shown: what a reader finds was put into the slot as this pair, and was alive when the reader
 * looked at the header; an empty or taken slot, a torn pair and a dead object read as empty;
 * two writers never mix their words.
 *
 * Bounds: 2 headers, 2 writers with 2 changes each, 1 destroyer with 2 deaths, 1 reader with 2
 * lookups. Sequentially consistent; release (A) orders address before auth.
 * Run: a torn or stale slot reads as empty | | -DSAFETY |
 */
#define HEADERS 2
#define EMPTY 0
#define TAKEN 1
#define FIRST 2 /* serials: FIRST .. */
#define SERIALS 8
#define NIL 255

byte serial[HEADERS]; /* of the header now; 0 dead */
byte fresh = FIRST;   /* the next serial ever */
byte obj = NIL;       /* the slot */
byte auth = EMPTY;

byte born_at[SERIALS] = NIL; /* ghost: which header got this serial */
byte put[SERIALS] = NIL;     /* ghost: with which address this serial stood in the slot */

inline birth(h)
{
    serial[h] = fresh;
    born_at[fresh] = h;
    fresh++
}

proctype Writer(byte h)
{
    byte s, seen;
    byte i = 0;

    do
    :: i < 2 ->
        i++;
again:
        seen = auth;
        atomic {
            if
            :: seen != TAKEN && auth == seen -> auth = TAKEN
            :: else -> goto again
            fi
        }
        if
        :: obj = h; s = serial[h]  /* insert; s = 0: it died, the slot stays empty */
        :: obj = NIL; s = EMPTY    /* remove */
        fi;
        atomic {
            assert(auth == TAKEN);
            if
            :: s != 0 -> put[s] = obj; assert(obj == born_at[s])
            :: else
            fi;
            auth = s
        };
        s = 0; seen = 0
    :: else -> break
    od
}

proctype Destroyer()
{
    byte n = 0, h, s;

    do
    :: n < 2 ->
        n++;
        if
        :: h = 0
        :: h = 1
        fi;
        s = serial[h];
        /* one CAS; then, after everybody forgot it, the header is used again */
        atomic {
            if
            :: s != 0 && serial[h] == s -> serial[h] = 0
            :: else
            fi
        }
        atomic {
            if
            :: serial[h] == 0 -> birth(h)
            :: else
            fi;
            s = 0; h = 0
        }
    :: else -> break
    od
}

proctype Reader()
{
    byte n = 0, a, o;

    do
    :: n < 2 ->
        n++;
        a = auth;
        if
        :: a == EMPTY || a == TAKEN
        :: else ->
            o = obj;
            atomic {
                if
                :: o != NIL && serial[o] == a ->
                    /* found: alive at this moment, and the pair is a true one */
                    assert(put[a] == o && born_at[a] == o)
                :: else
                fi
            }
        fi;
        a = 0; o = 0
    :: else -> break
    od
}

init {
    atomic {
        birth(0);
        birth(1);
        run Writer(0);
        run Writer(1);
        run Destroyer();
        run Reader()
    }
}
