/*
 * A pool of N = 4 or 5 CIDs in a bitmap: each CPU takes one, keeps it in its own word, and gives it back,
 * for ever. A CPU whose cid is N has to look again. bench/specs/cid-pool.ts.
 */
byte bitmap;
byte pcpu[N] = N;

#define BIT(nr) (1 << (nr))
#define IS_FREE(nr) ((bitmap & BIT(nr)) == 0)
#define FIRST_ZERO \
  (IS_FREE(0) -> 0 : (IS_FREE(1) -> 1 : (IS_FREE(2) -> 2 : (IS_FREE(3) -> 3 : \
  (N == 5 && IS_FREE(4) -> 4 : N)))))

active [N] proctype sched() {
  byte cid;

progress:
end:
  do
  :: cid = FIRST_ZERO;
     do
     :: d_step { cid == N -> cid = FIRST_ZERO }
     :: d_step { cid < N && !IS_FREE(cid) -> cid = N }
     :: d_step { cid < N && IS_FREE(cid) -> bitmap = bitmap | BIT(cid) }; break
     od;
     pcpu[_pid] = cid;
     cid = pcpu[_pid];
     d_step { assert(!IS_FREE(cid)); bitmap = bitmap & ~BIT(cid); cid = 0 };
     pcpu[_pid] = N
  od
}
