/*
 * Peterson's filter lock under sequential consistency, taken by N = 4 processes for ever; the loops over
 * levels and over the others are unrolled, as kcheck unrolls them. bench/specs/filter-lock.ts.
 */
byte level[N];
byte last[N];
byte inside;

/* The others, from the next one on. */
#define FIRST ((_pid + 1) % N)
#define SECOND ((_pid + 2) % N)
#define THIRD ((_pid + 3) % N)

#define TAKE(l) \
  level[_pid] = l; \
  last[l] = _pid; \
  do \
  :: last[l] != _pid -> break \
  :: last[l] == _pid -> \
     if \
     :: level[FIRST] >= l \
     :: level[FIRST] < l -> \
        if \
        :: level[SECOND] >= l \
        :: level[SECOND] < l -> \
           if \
           :: level[THIRD] >= l \
           :: level[THIRD] < l -> break \
           fi \
        fi \
     fi \
  od

active [N] proctype P() {
progress:
end:
  do
  :: TAKE(1);
     TAKE(2);
     TAKE(3);
     inside++;
     d_step { assert(inside == 1); inside = 0; level[_pid] = 0 }
  od
}
