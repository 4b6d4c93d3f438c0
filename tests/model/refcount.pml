/* SPDX-License-Identifier: MIT */
/*
 * The reference count with a dead bit (kernel/sync/refcount.h).
 *
 * Users take and give back references, the owner gives back the first one. get is a fetch-add,
 * put a fetch-sub and, at zero, one CAS that sets the dead bit.
 *
 * Shown: exactly one put is the last; nobody holds a reference then, and no get succeeds
 * afterwards; gets that fail do not bring the object back.
 *
 * Bounds: 3 users with 2 rounds each.
 * Run: exactly one put is the last | | -DSAFETY |
 */
#define USERS 3
#define ROUNDS 2

int count = 1; /* below the dead bit */
bool dead;
byte lasts;
byte holders = 1;
byte done;

inline put()
{
    atomic {
        zero = (count == 1 && !dead);
        count--;
        holders--
    }
    if
    :: zero ->
        atomic {
            if
            :: count == 0 && !dead -> dead = true; lasts++; assert(holders == 0)
            :: else
            fi
        }
    :: else
    fi
}

proctype User()
{
    byte i = 0;
    bool got, zero;

    do
    :: i < ROUNDS ->
        i++;
        atomic {
            count++;
            got = !dead;
            if
            :: got -> holders++; assert(lasts == 0)
            :: else
            fi
        }
        if
        :: got -> put()
        :: else
        fi
    :: else -> break
    od;
    done++
}

active proctype Owner()
{
    bool zero;

    put();
    done++
}

init {
    byte n = 0;

    atomic {
        do
        :: n < USERS -> run User(); n++
        :: else -> break
        od
    }
    done == USERS + 1 -> assert(lasts == 1 && dead)
}
