/*
 * Peterson's filter lock under TSO: each of N = 4 processes has a store buffer of its own, and a process
 * that drains it. Between two full barriers it stores three times, so three entries of a byte are
 * enough: 16 * location + value, the oldest lowest. Location 1 + i is level[i], N + l is last[l].
 * bench/specs/filter-lock.ts.
 */
byte memory[2 * N + 1];
byte inside;

int buffer[N];

#define LEVEL(i) (1 + (i))
#define LAST(l) (N + (l))

#define FIRST ((_pid + 1) % N)
#define SECOND ((_pid + 2) % N)
#define THIRD ((_pid + 3) % N)

#define STORE(location, value) \
  buffer[_pid] = buffer[_pid] | ((16 * (location) + (value)) << \
    (buffer[_pid] == 0 -> 0 : (buffer[_pid] < 256 -> 8 : 16)))

/* After the barrier the own buffer is empty, so loads take from memory. */
#define TAKE(l) \
  STORE(LEVEL(_pid), l); \
  STORE(LAST(l), _pid); \
  buffer[_pid] == 0; \
  do \
  :: memory[LAST(l)] != _pid -> break \
  :: memory[LAST(l)] == _pid -> \
     if \
     :: memory[LEVEL(FIRST)] >= l \
     :: memory[LEVEL(FIRST)] < l -> \
        if \
        :: memory[LEVEL(SECOND)] >= l \
        :: memory[LEVEL(SECOND)] < l -> \
           if \
           :: memory[LEVEL(THIRD)] >= l \
           :: memory[LEVEL(THIRD)] < l -> break \
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
     d_step {
       assert(inside == 1);
       inside = 0;
       STORE(LEVEL(_pid), 0)
     }
  od
}

active [N] proctype drain() {
progress:
end:
  do
  :: d_step {
       buffer[_pid - N] != 0 ->
       memory[(buffer[_pid - N] >> 4) & 15] = buffer[_pid - N] & 15;
       buffer[_pid - N] = buffer[_pid - N] >> 8
     }
  od
}
