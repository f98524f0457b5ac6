/* Counters behind a test-and-set lock: N processes, K rounds each. bench/specs/test-and-set.ts. */
bit lock;
byte counter;

active [N] proctype P() {
  byte round;
  byte seen;

  do
  :: lock != 0
  :: d_step { lock == 0 -> lock = 1 };
     seen = counter;
     d_step { counter = seen + 1; seen = 0; round++; assert(counter <= N * K) };
     if
     :: d_step { round < K -> lock = 0 }
     :: d_step { round == K -> lock = 0 }; break
     fi
  od;
progress:
end:
  false
}
