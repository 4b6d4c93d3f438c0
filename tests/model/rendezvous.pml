/* SPDX-License-Identifier: MIT */
/*
 * The rendezvous (kernel/ipc) over the words of a thread (kernel/sync/party.c): send, call and
 * receive, crossed by timeouts, cancel and kill.
 *
 * SENDERS threads send to, or call, one receiver, which answers every call. Everybody may act at
 * once, on as many CPUs. A thread's state is phase and seq, changed by the arrows of the table
 * in <sync/party.h> only. A timer fires on any wait it has once seen, however late; a killer
 * asks one thread to die. Copying words is one step; the lock of the sender queue is a plain
 * lock here (helplock.pml is about the real one).
 *
 * Shown: a message arrives exactly once if its sender was told so, and at most once else; an
 * answer belongs to the call that waits for it; in XFER exactly one party is active; nobody
 * sleeps for ever while its partner waits for it (the Dekker look on both sides); who left a
 * wait is in no queue; no deadlock.
 *
 * Bounds: 2 senders with 1 message each; 1 late timer (of the first sender or the receiver), or 1
 * killer (of the first sender). Both at once and -DMESSAGES=2 by hand (1 GiB and more).
 * Run: a late timeout meets send, call and receive | -DTIMERS=1 | -DSAFETY |
 * Run: a killer meets send, call and receive | -DKILLERS=1 | -DSAFETY |
 */
#ifndef SENDERS
#define SENDERS 2
#endif
#ifndef MESSAGES
#define MESSAGES 1
#endif
#ifndef TIMERS
#define TIMERS 0
#endif
#ifndef KILLERS
#define KILLERS 0
#endif
#define R SENDERS /* the receiver's number */
#define THREADS (SENDERS + 1)
#define NIL 255

/* phases */
#define RUN 0
#define SEND 1
#define RECV 2
#define XFER 3
#define WOKEN 4

/* causes */
#define DELIVERED 1
#define TIMEOUT 2
#define KILLED 3

byte phase[THREADS], seq[THREADS], cause[THREADS];
bool req_kill[THREADS];
byte active_party[THREADS] = NIL; /* ghost: who transfers */

bool queued[SENDERS];
bool qlock;

byte caller = NIL, caller_seq; /* the receiver's reply capability */
byte mailbox = NIL;            /* from whom the receiver got its message */
bool is_call[SENDERS];
byte answer[SENDERS] = NIL;    /* seq the answer was made for */

byte got[SENDERS];  /* messages that arrived */
byte told[SENDERS]; /* messages of which the sender knows that */
bool finished[SENDERS];

#define any_queued (queued[0] || queued[SENDERS - 1])

/* RUN -> p, a plain store by the thread */
inline wait_as(t, p)
{
    atomic { assert(phase[t] == RUN); seq[t]++; phase[t] = p; cause[t] = 0 }
}

/* In atomic: ok := CAS of (p, q) -> XFER by active party `me`. */
inline catch(t, p, q, me, ok)
{
    if
    :: phase[t] == p && seq[t] == q -> phase[t] = XFER; active_party[t] = me; ok = true
    :: else -> ok = false
    fi
}

/* CAS of (p, q) -> WOKEN; nothing if that wait is over. One step. */
inline wake(t, p, q, why)
{
    atomic {
        if
        :: phase[t] == p && seq[t] == q -> phase[t] = WOKEN; cause[t] = why
        :: else
        fi
    }
}

/* A kill point behind the publication of a wait. */
inline kill_point(t, p, q)
{
    if
    :: req_kill[t] -> wake(t, p, q, KILLED)
    :: else
    fi
}

inline finish(t, me, why)
{
    atomic {
        assert(phase[t] == XFER && active_party[t] == me);
        active_party[t] = NIL;
        cause[t] = why;
        phase[t] = WOKEN
    }
}

proctype Sender(byte s)
{
    byte n = 0, q, rq;
    bool ok, calling;

next:
    atomic {
        q = 0; rq = 0; ok = false; calling = false;
        if
        :: n == MESSAGES || req_kill[s] -> goto leave
        :: else -> n++
        fi;
        if
        :: calling = false
        :: calling = true
        fi;
        is_call[s] = calling;

        /* 1: does the receiver wait? */
        rq = seq[R];
        if
        :: phase[R] == RECV
        :: else -> goto queue
        fi
    }
    atomic {
        catch(R, RECV, rq, s, ok);
        if
        :: ok -> ok = false; goto transfer
        :: else
        fi
    }

queue:
    atomic { !qlock -> qlock = true }
insert:
    queued[s] = true;
    atomic { wait_as(s, SEND); q = seq[s]; rq = 0 }
    /* fence; look again */
    atomic {
        rq = seq[R];
        if
        :: phase[R] != RECV -> goto unlock
        :: else
        fi
    }
    atomic {
        if
        :: phase[s] == SEND -> phase[s] = RUN
        :: else -> goto unlock /* somebody else has ended this wait */
        fi
    }
    queued[s] = false;
    atomic {
        catch(R, RECV, rq, s, ok);
        if
        :: ok -> ok = false
        :: else -> goto insert /* now the receiver comes to the queue */
        fi
    }
    atomic { qlock = false; goto transfer }

unlock:
    atomic { qlock = false; rq = 0 }
    kill_point(s, SEND, q);
    goto asleep;

transfer:
    /* The receiver is ours. A call first waits for its answer. */
    atomic {
        rq = 0;
        if
        :: calling ->
            wait_as(s, RECV);
            q = seq[s];
            caller = s;
            caller_seq = q
        :: else -> caller = NIL
        fi
    }
    atomic {
        assert(mailbox == NIL);
        mailbox = s;
        got[s]++;
        finish(R, s, DELIVERED);
        told[s]++;
        if
        :: !calling -> goto next
        :: else
        fi
    }
    kill_point(s, RECV, q);

asleep:
    atomic {
        phase[s] == WOKEN;
        if
        :: cause[s] == DELIVERED && calling ->
            assert(answer[s] == seq[s]); /* this call's answer; its send phase is over, too */
            answer[s] = NIL;
            told[s] = got[s]
        :: cause[s] == DELIVERED && !calling -> told[s]++
        :: else
        fi;
        cause[s] = 0;
        phase[s] = RUN
    }
    /* A thread leaves its queue itself. */
    if
    :: queued[s] ->
        atomic { !qlock -> qlock = true }
        queued[s] = false;
        qlock = false
    :: else
    fi;
    goto next;

leave:
    assert(!queued[s] && phase[s] == RUN && told[s] <= got[s] && got[s] <= n);
    finished[s] = true
}

active proctype Receiver()
{
    byte b = NIL, q, rq;
    bool ok;

again:
    if
    :: any_queued -> goto take
    :: else
    fi;
    atomic { wait_as(R, RECV); q = seq[R] }
    /* fence; look again */
    if
    :: any_queued ->
        atomic {
            if
            :: phase[R] == RECV -> phase[R] = RUN; q = 0; goto take
            :: else /* somebody sends already, or the timeout was faster */
            fi
        }
    :: else
    fi;
end:
    atomic {
        phase[R] == WOKEN;
        phase[R] = RUN;
        q = 0;
        if
        :: cause[R] == DELIVERED -> cause[R] = 0; goto serve
        :: else -> cause[R] = 0; goto again
        fi
    }

take:
    atomic { !qlock -> qlock = true }
best:
    atomic {
        if
        :: queued[0] -> b = 0
        :: queued[SENDERS - 1] -> b = SENDERS - 1
        :: !any_queued -> qlock = false; goto again
        fi;
        queued[b] = false;
        rq = seq[b];
        if
        :: phase[b] != SEND -> b = NIL; rq = 0; goto best
        :: else
        fi
    }
    atomic {
        catch(b, SEND, rq, R, ok);
        rq = 0;
        if
        :: ok -> ok = false
        :: else -> b = NIL; goto best /* marked meanwhile: dropped */
        fi
    }
    qlock = false;
    atomic {
        assert(mailbox == NIL);
        mailbox = b;
        got[b]++;
        caller = NIL
    }
    if
    :: is_call[b] ->
        caller = b;
        caller_seq = seq[b] + 1;
        /* party_turn(): XFER(n) -> RECV(n + 1) */
        atomic {
            assert(phase[b] == XFER && active_party[b] == R);
            active_party[b] = NIL;
            seq[b]++;
            phase[b] = RECV
        };
        /* Who wanted to kill b and saw XFER leaves it to us. */
        kill_point(b, RECV, caller_seq)
    :: else -> finish(b, R, DELIVERED)
    fi;
    b = NIL;

serve:
    atomic {
        assert(mailbox != NIL);
        mailbox = NIL;
        if
        :: caller == NIL -> goto again
        :: caller != NIL && req_kill[caller] -> goto again /* a server need not answer the dying */
        :: caller != NIL -> b = caller; rq = caller_seq; caller = NIL; caller_seq = 0
        fi
    }
    atomic {
        catch(b, RECV, rq, R, ok);
        if
        :: ok -> ok = false
        :: else -> b = NIL; rq = 0; goto again /* a stale reply capability: nothing happens */
        fi
    }
    atomic {
        answer[b] = rq;
        finish(b, R, DELIVERED);
        b = NIL;
        rq = 0
    }
    goto again
}

/* A timeout: sees a wait, fires some time later. */
proctype Timer()
{
    byte t, q, p;

    if
    :: t = 0
    :: t = R
    fi;
end:
    atomic {
        phase[t] == SEND || phase[t] == RECV;
        p = phase[t];
        q = seq[t]
    }
    wake(t, p, q, TIMEOUT)
}

/* party_ask(), then party_interrupt() */
proctype Killer()
{
    byte q, p;

    req_kill[0] = true;
    do
    :: atomic { p = phase[0]; q = seq[0] }
        if
        :: p == SEND || p == RECV -> wake(0, p, q, KILLED)
        :: else -> break
        fi
    od
}

init {
    byte n = 0;

    atomic {
        do
        :: n < SENDERS -> run Sender(n); n++
        :: else -> break
        od;
        n = 0;
        do
        :: n < TIMERS -> run Timer(); n++
        :: else -> break
        od;
        n = 0;
        do
        :: n < KILLERS -> run Killer(); n++
        :: else -> break
        od;
        n = 0
    }
    /* When nothing moves, every sender has left and the receiver sleeps with an empty queue. */
    timeout;
    do
    :: n < SENDERS -> assert(finished[n]); n++
    :: else -> break
    od;
    assert(!any_queued && !qlock)
}
