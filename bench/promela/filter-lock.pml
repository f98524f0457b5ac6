/*
 * Peterson's filter lock under sequential consistency, taken by N = 4 processes for ever; the loops over
 * levels and over the others are unrolled, as kcheck unrolls them. bench/specs/filter-lock.ts.
 */
byte level[N];
byte last[N];
byte inside;

/* The others, in ascending order. */
#define FIRST (_pid == 0)
#define SECOND (1 + (_pid <= 1))
#define THIRD (2 + (_pid <= 2))

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
