/* The wavefront frame protocol of sim/core, with everything in it that can wait. docs/deadlock.md explains it.
 *
 * One d_step is one thing that a block does. Blocks take their steps in any order and with any delay, so what holds
 * here holds whatever the service times, scan rates, lanes and arbiters are.
 *
 * Configuration, one of:
 *   CHAIN       two layers on one core
 *   SNAKE3      layers 0, 1, 2 on cores 0, 1, 0
 *   SNAKE4      layers 0, 1, 2, 3 on cores 0, 1, 1, 0
 *   FAN         layer 0 on core 0, layer 1 in two parts on cores 1 and 3 of a 2 x 2 mesh
 *   SHARED_FAN  layer 0 on core 0, layer 1 in two parts on cores 0 and 1
 *   SKIP        layers 0, 1, 2 on cores 0, 1, 0; layer 0 feeds layers 1 and 2
 * Multicast: MULTICAST makes a packet with several targets travel once and fork in routers; else it is repeated.
 * Sizes: FRAMES; NEURONS of inner layers, OUTPUTS of the last, EVENTS of the host's frames: each frame, any number of
 *   them sends; DEPTH of router queues, INBOX (with the spike in the engine), OUTBOX.
 * Broken on purpose, at most one of:
 *   EXCLUSIVE   a core's synaptic engine waits while its fire unit has a layer
 *   UNGUARDED   layers fire without grants; a spike that comes too early waits at the head of its inbox
 *   MIXED       layers fire without grants; a spike that comes too early is integrated (as sim/core would)
 *   EARLY       ready tokens are sent when the scan begins, not after its last read
 */

#ifndef FRAMES
#define FRAMES 2
#endif
#ifndef NEURONS
#define NEURONS 2
#endif
#ifndef OUTPUTS
#define OUTPUTS 1
#endif
#ifndef EVENTS
#define EVENTS 1
#endif
#ifndef DEPTH
#define DEPTH 1
#endif
#ifndef INBOX
#define INBOX 1
#endif
#ifndef OUTBOX
#define OUTBOX 2
#endif

/* A part is a layer's share of a core. Sets of parts are bit masks; the host is one bit more. */
#define BIT(p) (1 << (p))
#define HOST 16

#ifdef CHAIN
#define PARTS 2
#define COLUMNS 1
#define ROWS 1
#define MAPPING at[0] = 3
#define CONNECTIONS target[0] = 2; target[1] = HOST
#define FIRST 1
#define LAST 2
#endif
#ifdef SNAKE3
#define PARTS 3
#define COLUMNS 2
#define ROWS 1
#define MAPPING at[0] = 5; at[1] = 2
#define CONNECTIONS target[0] = 2; target[1] = 4; target[2] = HOST
#define FIRST 1
#define LAST 4
#endif
#ifdef SNAKE4
#define PARTS 4
#define COLUMNS 2
#define ROWS 1
#define MAPPING at[0] = 9; at[1] = 6
#define CONNECTIONS target[0] = 2; target[1] = 4; target[2] = 8; target[3] = HOST
#define FIRST 1
#define LAST 8
#endif
#ifdef FAN
#define PARTS 3
#define COLUMNS 2
#define ROWS 2
#define MAPPING at[0] = 1; at[1] = 2; at[3] = 4
#define CONNECTIONS target[0] = 6; target[1] = HOST; target[2] = HOST
#define FIRST 1
#define LAST 6
#endif
#ifdef SHARED_FAN
#define PARTS 3
#define COLUMNS 2
#define ROWS 1
#define MAPPING at[0] = 3; at[1] = 4
#define CONNECTIONS target[0] = 6; target[1] = HOST; target[2] = HOST
#define FIRST 1
#define LAST 6
#endif
#ifdef SKIP
#define PARTS 3
#define COLUMNS 2
#define ROWS 1
#define MAPPING at[0] = 5; at[1] = 2
#define CONNECTIONS target[0] = 6; target[1] = 4; target[2] = HOST
#define FIRST 1
#define LAST 4
#endif

#if defined(UNGUARDED) || defined(MIXED)
#define GRANTED(p) true
#else
#define GRANTED(p) (granted[p] == target[p])
#endif

#if defined(MIXED) || defined(EARLY)
#define MIXES_FRAMES  /* tokens are not checked, so that a spike must be what is found */
#endif

/* Frames fired so far number the frame that a part collects. UNGUARDED, tokens of the next may come before its turn. */
#ifdef UNGUARDED
#define COLLECTED(p, f) ((p) * (FRAMES + 1) + (f))
#define ENTRIES (PARTS * (FRAMES + 1))
#else
#define COLLECTED(p, f) (p)
#define ENTRIES PARTS
#endif

/* A packet, which is one flit: its kind, frame, count (of an end-of-frame token), sending part, and the set of parts
 * (or the host) that it goes to. The frame is there to be checked; no block but UNGUARDED's engine acts on it. */
#define SPIKE 1
#define END_OF_FRAME 2
#define READY 3
#define PACKET(kind, f, n, from, to) ((kind) << 13 | (f) << 11 | (n) << 8 | (from) << 5 | (to))
#define KIND(flit) ((flit) >> 13)
#define FRAME(flit) ((flit) >> 11 & 3)
#define COUNT(flit) ((flit) >> 8 & 7)
#define FROM(flit) ((flit) >> 5 & 7)
#define TO(flit) ((flit) & 31)
#define FROM_HOST 7

/* The mesh: routers row by row, an input queue per port; the host is west of router 0. X first, then Y. */
#define CORES (COLUMNS * ROWS)
#define LOCAL 0
#define NORTH 1
#define EAST 2
#define SOUTH 3
#define WEST 4
#define INPUT(r, port) ((r) * 5 + (port))
#define COLUMN(r) ((r) % COLUMNS)
#define ROW(r) ((r) / COLUMNS)

/* Constants, set once by init. */
hidden byte at[CORES];       /* parts on a core */
hidden byte target[PARTS];   /* who reads a part: parts or the host */
hidden byte source[PARTS];   /* whom a part reads */
hidden byte to_north[CORES], to_east[CORES], to_south[CORES], to_west[CORES];  /* who lies behind a router's outputs */

/* Router input queues, inboxes and outboxes: rings in the machine, here first in first out with the head in front. An
 * entry of an outbox is a packet to all targets of its part. */
short queue[CORES * 5 * DEPTH];
byte queued[CORES * 5];
short inbox[CORES * INBOX];
byte in_inbox[CORES];
short outbox[CORES * OUTBOX];
byte in_outbox[CORES];

/* A part's counters (sim/core/layer_part.hpp). Which sources have ended the frame and which targets have granted the
 * next are sets here, numbers there: that they grow by one each time is asserted. */
byte ended[ENTRIES];
byte announced[ENTRIES];
byte integrated[PARTS];
byte granted[PARTS];
byte fired[PARTS];
byte owed[PARTS];     /* sources to which a ready token is on its way out: the core's control queue */
byte scanned[CORES];  /* 1 + the part whose neurons are being read */
bool firing[CORES];   /* the fire unit has a part */

byte host_granted = FIRST;
byte host_owed;       /* parts to which a ready token is on its way out */
byte arrived[PARTS];  /* outputs of the current frame that have come from a part */
byte closed[PARTS];   /* frames that a part has closed at the host */

hidden byte i, n;
hidden int packet;

#define FLIT(input) queue[(input) * DEPTH]
#define ROOM(input) (queued[input] < DEPTH)
#define PUSH(input, flit) queue[(input) * DEPTH + queued[input]] = flit; queued[input]++

#define SHIFT(array, base, length) \
  n = 1; \
  do \
  :: n < (length) -> array[(base) + n - 1] = array[(base) + n]; n++ \
  :: else -> break \
  od; \
  array[(base) + (length) - 1] = 0; \
  n = 0

/* A part takes what belongs to frame f: it has fired all before, and nobody is reading its neurons. */
#define OPEN(p, core, f) (fired[p] == (f) && scanned[core] != (p) + 1)

inline check_open(core, flit) {
#ifdef UNGUARDED
  skip
#else
  i = 0;
  do
  :: i < PARTS ->
     assert(!(TO(flit) & at[core] & BIT(i)) || OPEN(i, core, FRAME(flit)));
     i++
  :: else -> break
  od;
  i = 0
#endif
}

/* Tokens only count; they take no room. */
inline take_token(core, flit) {
#ifndef MIXES_FRAMES
  if
  :: KIND(flit) == END_OF_FRAME -> check_open(core, flit)
  :: else
  fi;
#endif
  i = 0;
  do
  :: i < PARTS ->
     if
     :: (TO(flit) & at[core] & BIT(i)) && KIND(flit) == END_OF_FRAME ->
        n = (FROM(flit) == FROM_HOST -> HOST : BIT(FROM(flit)));
#ifndef MIXES_FRAMES
        assert(!(ended[COLLECTED(i, FRAME(flit))] & n));
#endif
        ended[COLLECTED(i, FRAME(flit))] = ended[COLLECTED(i, FRAME(flit))] | n;
        announced[COLLECTED(i, FRAME(flit))] = announced[COLLECTED(i, FRAME(flit))] + COUNT(flit)
     :: (TO(flit) & at[core] & BIT(i)) && KIND(flit) == READY ->
        n = (FROM(flit) == FROM_HOST -> HOST : BIT(FROM(flit)));
#if !defined(UNGUARDED) && !defined(MIXED)
        assert(!(granted[i] & n));
#endif
        granted[i] = granted[i] | n
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0; n = 0
}

/* The host takes whatever comes: outputs in order, frame by frame, complete when their end-of-frame token comes. */
inline host_takes(flit) {
  if
  :: KIND(flit) == SPIKE ->
     assert(FRAME(flit) == closed[FROM(flit)]);
     arrived[FROM(flit)]++
  :: KIND(flit) == END_OF_FRAME ->
     assert(FRAME(flit) == closed[FROM(flit)] && COUNT(flit) == arrived[FROM(flit)]);
     arrived[FROM(flit)] = 0;
     closed[FROM(flit)]++;
     host_owed = host_owed | BIT(FROM(flit))
  :: else ->
     assert(!(host_granted & BIT(FROM(flit))));
     host_granted = host_granted | BIT(FROM(flit))
  fi
}

/* The head of a queue has been copied towards `parts`; it goes when it has been copied to all (multicast). */
inline copied(input, parts) {
  FLIT(input) = FLIT(input) & ~(parts);
  if
  :: TO(FLIT(input)) == 0 ->
     SHIFT(queue, input * DEPTH, DEPTH);
     queued[input]--
  :: else
  fi
}

inline forward(input, parts, to) {
  PUSH(to, FLIT(input) & ~31 | TO(FLIT(input)) & (parts));
  copied(input, parts)
}

/* An input of a router: its head goes on when there is room behind its output, and holds back all behind it. Which of
 * several inputs an output serves next is open. */
proctype Input(byte r, input) {
end:
  do
  :: d_step { COLUMN(r) + 1 < COLUMNS && (FLIT(input) & to_east[r]) && ROOM(INPUT(r + 1, WEST)) ->
       forward(input, to_east[r], INPUT(r + 1, WEST)) }
  :: d_step { COLUMN(r) > 0 && (FLIT(input) & to_west[r]) && ROOM(INPUT(r - 1, EAST)) ->
       forward(input, to_west[r], INPUT(r - 1, EAST)) }
  :: d_step { ROW(r) + 1 < ROWS && (FLIT(input) & to_south[r]) && ROOM(INPUT(r + COLUMNS, NORTH)) ->
       forward(input, to_south[r], INPUT(r + COLUMNS, NORTH)) }
  :: d_step { ROW(r) > 0 && (FLIT(input) & to_north[r]) && ROOM(INPUT(r - COLUMNS, SOUTH)) ->
       forward(input, to_north[r], INPUT(r - COLUMNS, SOUTH)) }
  :: d_step { r == 0 && (FLIT(input) & HOST) ->
       host_takes(FLIT(input));
       copied(input, HOST) }
  :: d_step { (FLIT(input) & at[r]) && KIND(FLIT(input)) != SPIKE ->
       take_token(r, FLIT(input));
       copied(input, at[r]) }
  :: d_step { (FLIT(input) & at[r]) && KIND(FLIT(input)) == SPIKE && in_inbox[r] < INBOX ->
       check_open(r, FLIT(input));
       inbox[r * INBOX + in_inbox[r]] = FLIT(input) & ~31 | TO(FLIT(input)) & at[r];
       in_inbox[r]++;
       copied(input, at[r]) }
  od
}

#ifdef EXCLUSIVE
#define MAY_INTEGRATE(core) (!firing[core])
#else
#define MAY_INTEGRATE(core) true
#endif
#ifdef UNGUARDED
#define EARLY_FOR(p, core) ((inbox[core * INBOX] & BIT(p)) && !OPEN(p, core, FRAME(inbox[core * INBOX])))
#if PARTS == 4
#define EARLY_SPIKE(core) (EARLY_FOR(0, core) || EARLY_FOR(1, core) || EARLY_FOR(2, core) || EARLY_FOR(3, core))
#elif PARTS == 3
#define EARLY_SPIKE(core) (EARLY_FOR(0, core) || EARLY_FOR(1, core) || EARLY_FOR(2, core))
#else
#define EARLY_SPIKE(core) (EARLY_FOR(0, core) || EARLY_FOR(1, core))
#endif
#else
#define EARLY_SPIKE(core) false
#endif

/* Takes spikes in order; waits for nothing else. */
proctype SynapticEngine(byte core) {
end:
  do
  :: d_step { in_inbox[core] > 0 && MAY_INTEGRATE(core) && !EARLY_SPIKE(core) ->
       packet = inbox[core * INBOX];
       check_open(core, packet);
       i = 0;
       do
       :: i < PARTS ->
          if
          :: packet & BIT(i) -> integrated[i]++
          :: else
          fi;
          i++
       :: else -> break
       od;
       i = 0; packet = 0;
       SHIFT(inbox, core * INBOX, INBOX);
       in_inbox[core]-- }
  od
}

#define COMPLETE(p) (ended[COLLECTED(p, fired[p])] == source[p] && \
                     integrated[p] == announced[COLLECTED(p, fired[p])] && GRANTED(p))
#define MAY_FIRE(p, core) (p < PARTS && (at[core] & BIT(p)) && COMPLETE(p))
#if PARTS == 4
#define ANY_MAY_FIRE(core) (MAY_FIRE(0, core) || MAY_FIRE(1, core) || MAY_FIRE(2, core) || MAY_FIRE(3, core))
#elif PARTS == 3
#define ANY_MAY_FIRE(core) (MAY_FIRE(0, core) || MAY_FIRE(1, core) || MAY_FIRE(2, core))
#else
#define ANY_MAY_FIRE(core) (MAY_FIRE(0, core) || MAY_FIRE(1, core))
#endif

inline send_ready(p) {
#if !defined(UNGUARDED) && !defined(MIXED)
  assert(owed[p] == 0);  /* so the control queue never overflows */
#endif
  owed[p] = source[p]
}

/* Any number of neurons sends: 0 .. most. */
inline choose(number, most) {
  if
  :: number = 0
  :: most >= 1 -> number = 1
  :: most >= 2 -> number = 2
  :: most >= 3 -> number = 3
  :: most >= 4 -> number = 4
  :: most >= 5 -> number = 5
  :: most >= 6 -> number = 6
  :: most >= 7 -> number = 7
  fi
}

/* Scans a layer whose frame is complete and whose targets have all granted it; waits for room in the outbox. Of
 * several layers it takes the one that has fired fewest frames, then the lowest. */
proctype FireUnit(byte core) {
  byte part, spikes, sent;
end:
  do
  :: atomic { ANY_MAY_FIRE(core) ->
       d_step {
         i = 0; part = PARTS;
         do
         :: i < PARTS ->
            if
            :: MAY_FIRE(i, core) && (part == PARTS || fired[i] < fired[part]) -> part = i
            :: else
            fi;
            i++
         :: else -> break
         od;
         i = 0;
         ended[COLLECTED(part, fired[part])] = 0;
         announced[COLLECTED(part, fired[part])] = 0;
         integrated[part] = 0;
         granted[part] = 0;
         fired[part]++;
         firing[core] = true;
         scanned[core] = part + 1
#ifdef EARLY
         ; send_ready(part)
#endif
       }
       choose(spikes, (LAST & BIT(part) -> OUTPUTS : NEURONS)) }
     do
     :: d_step { sent < spikes && in_outbox[core] < OUTBOX ->
          outbox[core * OUTBOX + in_outbox[core]] = PACKET(SPIKE, fired[part] - 1, 0, part, target[part]);
          in_outbox[core]++;
          sent++ }
     :: d_step { sent == spikes ->
          scanned[core] = 0
#ifndef EARLY
          ; send_ready(part)
#endif
        }
        break
     od;
     atomic { in_outbox[core] < OUTBOX ->
       outbox[core * OUTBOX + in_outbox[core]] = PACKET(END_OF_FRAME, fired[part] - 1, spikes, part, target[part]);
       in_outbox[core]++;
       firing[core] = false;
       part = 0; spikes = 0; sent = 0 }
  od
}

#define LOWEST(set) ((set) & -(set))
#define ENTRY(core) outbox[core * OUTBOX]
#define OWED(p, core) (p < PARTS && (at[core] & BIT(p)) && owed[p])
#define ANY_OWED(core) (OWED(0, core) || (PARTS > 1 && OWED(1, core)) || (PARTS > 2 && OWED(2, core)) || \
                        (PARTS > 3 && OWED(3, core)))

inline send_ready_token(p, to) {
  PUSH(to, PACKET(READY, 0, 0, p, LOWEST(owed[p])));
  owed[p] = owed[p] & ~LOWEST(owed[p])
}

/* Ready tokens first (in any order), then the outbox, each entry for its targets in turn, or once for all. */
proctype NetworkInterface(byte core) {
end:
  do
  :: d_step { OWED(0, core) && ROOM(INPUT(core, LOCAL)) -> send_ready_token(0, INPUT(core, LOCAL)) }
  :: d_step { OWED(1, core) && ROOM(INPUT(core, LOCAL)) -> send_ready_token(1, INPUT(core, LOCAL)) }
#if PARTS > 2
  :: d_step { OWED(2, core) && ROOM(INPUT(core, LOCAL)) -> send_ready_token(2, INPUT(core, LOCAL)) }
#endif
#if PARTS > 3
  :: d_step { OWED(3, core) && ROOM(INPUT(core, LOCAL)) -> send_ready_token(3, INPUT(core, LOCAL)) }
#endif
  :: d_step { in_outbox[core] > 0 && !ANY_OWED(core) && ROOM(INPUT(core, LOCAL)) ->
#ifdef MULTICAST
       packet = ENTRY(core);
#else
       packet = ENTRY(core) & ~31 | LOWEST(TO(ENTRY(core)));
#endif
       PUSH(INPUT(core, LOCAL), packet);
       ENTRY(core) = ENTRY(core) & ~TO(packet);
       packet = 0;
       if
       :: TO(ENTRY(core)) == 0 ->
          SHIFT(outbox, core * OUTBOX, OUTBOX);
          in_outbox[core]--
       :: else
       fi }
  od
}

#define HOST_OUT INPUT(0, WEST)

proctype HostTokens() {
end:
  do
  :: d_step { host_owed && ROOM(HOST_OUT) ->
       PUSH(HOST_OUT, PACKET(READY, 0, 0, FROM_HOST, LOWEST(host_owed)));
       host_owed = host_owed & ~LOWEST(host_owed) }
  od
}

#define HAS_CLOSED(p) (p >= PARTS || !(LAST & BIT(p)) || closed[p] == FRAMES)
#define AT_REST(core) (core >= CORES || (!firing[core] && in_inbox[core] == 0 && in_outbox[core] == 0 && \
                                         queued[INPUT(core, LOCAL)] + queued[INPUT(core, NORTH)] + \
                                         queued[INPUT(core, EAST)] + queued[INPUT(core, SOUTH)] + \
                                         queued[INPUT(core, WEST)] == 0))

/* Injects a frame when all parts that read the input have granted it. The last state is the only proper end: all frames
 * are at the host, every ready token is where it belongs, and everybody is at rest. */
proctype HostInjection() {
  byte begun, events, sent, left;
  do
  :: atomic { begun < FRAMES && left == 0 && host_granted == FIRST ->
       host_granted = 0;
       begun++;
       sent = 0;
       left = FIRST;
       choose(events, EVENTS) }
  :: d_step { left && !host_owed && ROOM(HOST_OUT) ->
#ifdef MULTICAST
       n = left;
#else
       n = LOWEST(left);
#endif
       PUSH(HOST_OUT, PACKET((sent < events -> SPIKE : END_OF_FRAME), begun - 1, events, FROM_HOST, n));
       left = left & ~n;
       n = 0;
       if
       :: left == 0 && sent < events -> sent++; left = FIRST
       :: else
       fi }
  :: begun == FRAMES && left == 0 -> break
  od;
  HAS_CLOSED(0) && HAS_CLOSED(1) && (PARTS < 3 || HAS_CLOSED(2)) && (PARTS < 4 || HAS_CLOSED(3));
  AT_REST(0) && (CORES < 2 || AT_REST(1)) && (CORES < 3 || (AT_REST(2) && AT_REST(3))) && host_owed == 0 &&
    host_granted == FIRST
}

init {
  byte r, p, k;
  atomic {
    MAPPING;
    CONNECTIONS;
    p = 0;
    do
    :: p < PARTS ->
       granted[p] = target[p];  /* frame 0 is granted by all from the start */
       source[p] = (FIRST & BIT(p) -> HOST : 0);
       k = 0;
       do
       :: k < PARTS -> source[p] = source[p] | (target[k] & BIT(p) -> BIT(k) : 0); k++
       :: else -> break
       od;
       p++
    :: else -> break
    od;
    r = 0;
    do
    :: r < CORES ->
       k = 0;
       do
       :: k < CORES ->
          if
          :: COLUMN(k) > COLUMN(r) -> to_east[r] = to_east[r] | at[k]
          :: COLUMN(k) < COLUMN(r) -> to_west[r] = to_west[r] | at[k]
          :: COLUMN(k) == COLUMN(r) && ROW(k) > ROW(r) -> to_south[r] = to_south[r] | at[k]
          :: COLUMN(k) == COLUMN(r) && ROW(k) < ROW(r) -> to_north[r] = to_north[r] | at[k]
          :: else
          fi;
          k++
       :: else -> break
       od;
       if
       :: COLUMN(r) > 0 -> to_west[r] = to_west[r] | HOST
       :: COLUMN(r) == 0 && ROW(r) > 0 -> to_north[r] = to_north[r] | HOST
       :: else
       fi;
       r++
    :: else -> break
    od;
    p = 0; r = 0; k = 0;
    run HostInjection();
    run HostTokens();
    do
    :: r < CORES ->
       if
       :: at[r] ->
          run SynapticEngine(r);
          run FireUnit(r);
          run NetworkInterface(r);
          run Input(r, INPUT(r, LOCAL))
       :: else
       fi;
       if
       :: r == 0 || COLUMN(r) > 0 -> run Input(r, INPUT(r, WEST))
       :: else
       fi;
       if
       :: COLUMN(r) + 1 < COLUMNS -> run Input(r, INPUT(r, EAST))
       :: else
       fi;
       if
       :: ROW(r) > 0 -> run Input(r, INPUT(r, NORTH))
       :: else
       fi;
       if
       :: ROW(r) + 1 < ROWS -> run Input(r, INPUT(r, SOUTH))
       :: else
       fi;
       r++
    :: else -> break
    od;
    r = 0
  }
}
