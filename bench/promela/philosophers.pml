/* Dining philosophers who think and eat for ever, the fork on the left first. bench/specs/philosophers.ts. */
byte fork[N];

#define LEFT _pid
#define RIGHT ((_pid + 1) % N)

active [N] proctype P() {
progress:
end:
  do
  :: d_step { fork[LEFT] == 0 -> fork[LEFT] = 1 };
     d_step { fork[RIGHT] == 0 -> fork[RIGHT] = 1 };
     fork[LEFT] = 0;
     fork[RIGHT] = 0
  od
}
