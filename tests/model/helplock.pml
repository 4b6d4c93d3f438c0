/* SPDX-License-Identifier: MIT */
/*
 * The helping lock (kernel/sync/helplock.c) with its dispatcher: two locks, OUT above IN.
 *
 * A thread takes OUT, or IN, or OUT and then IN, and gives them back, for ever. A CPU runs a
 * context (ctx) whose own thread may be helping another one (cur). It may be preempted at any
 * point outside a micro-section, any number of times.
 *
 * Shown: one owner at a time (section counters); a bit of `want` is set only if its CPU has
 * noted the lock (HL1); while a bit is set, others take the lock at most CPUS - 1 times; who is
 * away from home does not get past its release (HL3); no deadlock. With LIVE: a thread that is
 * never preempted gets the lock, under weak fairness.
 *
 * Bounds: 2 and 3 CPUs with 3 threads; LIVE with 2. More (-DTHREADS=4) needs a large machine.
 * Atomic steps are the atomic accesses of the C code; a failing CAS is "look again".
 * Run: at most one bypass between two CPUs | | -DSAFETY |
 * Run: at most two bypasses among three CPUs | -DCPUS=3 | -DSAFETY | -m4000000
 * Run: who is not preempted gets the lock | -DLIVE | -DNFAIR=3 | -a -f
 */
#ifndef CPUS
#define CPUS 2
#endif
#ifndef THREADS
#define THREADS 3
#endif

#define NONE 255
#define OUT 0
#define IN 1
#define BITOF(c) (1 << (c))

byte owner[2] = NONE;
byte last[2];
byte want[2];
byte noted[CPUS * 2] = NONE; /* cpu.want[], a stack of two */
byte bypassed[CPUS * 2];     /* [cpu * 2 + lock]: taken by others while the bit is set */

byte ctx[CPUS] = NONE; /* whose context the CPU runs */
byte cur[CPUS] = NONE; /* which thread runs on it */
byte claim[THREADS] = NONE;
byte waits[THREADS] = NONE; /* the lock a thread is in its loop for */
bool micro[CPUS];

byte inside[2]; /* threads in a section, for the assertion */
bool waits0;    /* thread 0 waits for a lock */

/*
 * LIVE asks whether thread 0, alone on CPU 0 and never preempted, gets what it waits for. There
 * the other CPU is preempted a few times only: an adversary that preempts it for ever exactly
 * when thread 0 looks away could keep an owner from running, which no real clock can.
 */
#ifdef LIVE
byte preempts = 3;
#define may_preempt(c) (ctx[c] != 0 && preempts > 0)
#define count_preempt preempts--
#define next_at(c, x) (c == 0 -> THREADS : x + 1) /* CPU 0 has thread 0 only */
#else
#define may_preempt(c) true
#define count_preempt skip
#define next_at(c, x) (x + CPUS) /* thread t is at home on CPU t % CPUS */
#endif

/* A claimed thread runs as soon as it was switched to. */
#define running(t) (claim[t] != NONE && cur[claim[t]] == t)

/* Forget what CPU c wants from `level` on. */
inline cut(c, level)
{
    i = level;
    do
    :: i < 2 ->
        if
        :: noted[c * 2 + i] != NONE ->
            want[noted[c * 2 + i]] = want[noted[c * 2 + i]] & (255 - BITOF(c));
            bypassed[c * 2 + noted[c * 2 + i]] = 0;
            noted[c * 2 + i] = NONE
        :: else
        fi;
        i++
    :: else -> break
    od;
    i = 0
}

/* Thread t takes free lock l on CPU c. */
inline take(l, t, c)
{
    owner[l] = t;
    last[l] = c;
    want[l] = want[l] & (255 - BITOF(c));
    bypassed[c * 2 + l] = 0;
    i = 0;
    do
    :: i < CPUS ->
        if
        :: i != c && (want[l] & BITOF(i)) ->
            bypassed[i * 2 + l]++;
            assert(bypassed[i * 2 + l] <= CPUS - 1)
        :: else
        fi;
        i++
    :: else -> break
    od;
    i = 0
}

/* turn := the first CPU behind `last` whose bit is set. */
inline find_turn(l, turn)
{
    turn = (last[l] + 1) % CPUS;
    do
    :: want[l] & BITOF(turn) -> break
    :: else -> turn = (turn + 1) % CPUS
    od
}

proctype Thread(byte t)
{
    byte l, c, o, i, level, turn;
    bool both;

idle:
    atomic {
        running(t);
        assert(ctx[claim[t]] == t);
        if
        :: l = OUT
        :: l = IN
        fi;
        both = false;
        if
        :: t == 0 -> waits0 = true
        :: else
        fi
    }

acquire:
    /* helplock_try(): one CAS, preemptible */
    atomic {
        running(t);
        c = claim[t];
        if
        :: owner[l] == NONE && want[l] == 0 -> take(l, t, c); goto taken
        :: else
        fi
    }

slow:
    /* want_enter() */
    atomic {
        running(t);
        c = claim[t];
        micro[c] = true;
        waits[t] = l;
        level = 0;
        if
        :: noted[c * 2] != NONE && owner[noted[c * 2]] == t -> level = 1
        :: else
        fi;
        if
        :: noted[c * 2 + 1] != NONE && owner[noted[c * 2 + 1]] == t -> level = 2
        :: else
        fi;
        assert(level < 2);
        if
        :: noted[c * 2 + level] != l ->
            cut(c, level);
            noted[c * 2 + level] = l;
            want[l] = want[l] | BITOF(c)
        :: else
        fi
    }
    /* look, and CAS if it is our turn */
    atomic {
        assert(want[l] & BITOF(c));
        o = owner[l];
        if
        :: o == NONE ->
            find_turn(l, turn);
            if
            :: turn == c ->
                take(l, t, c);
                waits[t] = NONE;
                noted[c * 2 + level] = NONE;
                cut(c, level);
                micro[c] = false;
                goto taken
            :: else -> goto pause
            fi
        :: else
        fi
    }
    /* sched_help(): claim the owner ... */
    atomic {
        if
        :: claim[o] == NONE -> claim[o] = c
        :: else -> goto pause
        fi
    }
    /* ... look again, and switch to it */
    atomic {
        if
        :: owner[l] == o ->
            cur[c] = o;
            claim[t] = NONE
        :: else -> claim[o] = NONE
        fi;
        micro[c] = false;
        o = 0; turn = 0; level = 0;
        goto slow
    }

pause:
    atomic {
        cut(c, level + 1);
        micro[c] = false;
        o = 0; turn = 0; level = 0;
        goto slow
    }

taken:
    atomic {
        running(t);
        o = 0; turn = 0; level = 0;
        inside[l]++;
        assert(inside[l] == 1);
        if
        :: t == 0 && l == OUT -> waits0 = false
        :: t == 0 && l == IN && !both -> waits0 = false
        :: else
        fi;
        if
        :: l == OUT -> l = IN; both = true; goto acquire
        :: true
        fi
    }

release:
    atomic {
        running(t);
        inside[l]--;
        assert(owner[l] == t);
        owner[l] = NONE
    }
    /* sched_helped_release() */
    atomic {
        running(t);
        c = claim[t];
        if
        :: ctx[c] != t ->
            claim[t] = NONE;
            o = ctx[c];
            if
            :: claim[o] == NONE ->
                claim[o] = c;
                cur[c] = o;
                /* helplock_return(): it may have got its lock on another CPU */
                if
                :: noted[c * 2] != waits[o] -> cut(c, 0)
                :: else
                fi
            :: else -> cut(c, 0); ctx[c] = NONE; cur[c] = NONE
            fi;
            o = 0
        :: else
        fi
    }
    atomic {
        running(t);
        if
        :: both && l == IN -> l = OUT; both = false; goto release
        :: else -> c = 0; goto idle
        fi
    }
}

proctype Dispatcher(byte c)
{
    byte i, x;

    do
    :: atomic {
        ctx[c] == NONE ->
        x = c;
        do
        :: x < THREADS && claim[x] == NONE -> break
        :: next_at(c, x) < THREADS -> x = next_at(c, x)
        :: else -> x = NONE; break
        od;
        if
        :: x != NONE -> ctx[c] = x; cur[c] = x; claim[x] = c
        :: else
        fi;
        x = 0
    }
    :: atomic {
        ctx[c] != NONE && !micro[c] && may_preempt(c) ->
        count_preempt;
        cut(c, 0);
        claim[cur[c]] = NONE;
        ctx[c] = NONE;
        cur[c] = NONE
    }
    od
}

#ifndef LIVE
/* HL1 */
#define bit_ok(c, l) \
    (!(want[l] & BITOF(c)) || noted[(c) * 2] == (l) || noted[(c) * 2 + 1] == (l))

#define bits_ok(c) (bit_ok(c, OUT) && bit_ok(c, IN))

active proctype Monitor()
{
    atomic {
        !(bits_ok(0) && bits_ok(1) && bits_ok(CPUS - 1)) -> assert(false)
    }
}
#endif

init {
    byte n = 0;

    atomic {
        do
        :: n < THREADS -> run Thread(n); n++
        :: else -> break
        od;
        n = 0;
        do
        :: n < CPUS -> run Dispatcher(n); n++
        :: else -> break
        od
    }
}

#ifdef LIVE
ltl gets_it { [] (waits0 -> <> !waits0) }
#endif
