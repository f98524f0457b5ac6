/** Algorithms that everyone knows, as a user would write them: the text of each system(). */

const PETERSON = (barrier: string): string => `
  const flag = shared([0, 0]), turn = shared(0), inside = ghost(0);
  for (const me of [0, 1]) {
    task('P' + me, () => {
      WRITE_ONCE(flag[me], 1);
      WRITE_ONCE(turn, 1 - me);
      ${barrier}
      while (READ_ONCE(flag[1 - me]) && READ_ONCE(turn) === 1 - me) cpu_relax();
      inside.value++;
      assert(inside.value === 1, 'mutual exclusion');
      inside.value--;
      smp_store_release(flag[me], 0);
    });
  }`;

const PHILOSOPHERS = (order: string): string => `
  const forks = [0, 1, 2].map(() => shared({ lock: spinlock() }));
  for (const me of [0, 1, 2]) {
    const mine = [forks[me], forks[(me + 1) % 3]];
    const [first, second] = ${order};
    task('P' + me, () => {
      spin_lock(first.lock);
      spin_lock(second.lock);
      spin_unlock(second.lock);
      spin_unlock(first.lock);
    });
  }`;

const WAKE_UP = (check: string): string => `
  const ready = shared(0), asleep = shared(0);
  task('sleeper', () => {
    ${check}
    while (READ_ONCE(asleep)) cpu_relax();
  });
  task('waker', () => {
    WRITE_ONCE(ready, 1);
    smp_mb();
    WRITE_ONCE(asleep, 0);
  });`;

const SEQLOCK = (retry: string): string => `
  const seq = shared(0), a = shared(0), b = shared(0);
  task('writer', () => {
    WRITE_ONCE(seq, 1);
    smp_wmb();
    WRITE_ONCE(a, 1);
    WRITE_ONCE(b, 1);
    smp_store_release(seq, 2);
  });
  task('reader', () => {
    let x = 0, y = 0, start = 0;
    do {
      start = smp_load_acquire(seq);
      if (start & 1) { cpu_relax(); continue; }
      x = READ_ONCE(a);
      y = READ_ONCE(b);
      smp_rmb();
    } while (${retry});
    assert(x === y, 'a consistent pair');
  });`;

const INTERRUPTED = (mask: string): string => `
  const masked = ghost(false), serving = ghost(false), count = shared(0);
  cpus(1);
  task('task', { cpu: 0, when: () => !serving.value }, () => {
    ${mask}
    WRITE_ONCE(count, READ_ONCE(count) + 1);
    masked.value = false;
  });
  task('irq', { cpu: 0, when: () => serving.value || !masked.value }, () => {
    serving.value = true;
    WRITE_ONCE(count, READ_ONCE(count) + 1);
    serving.value = false;
  });
  finally_('both counted', () => count.value === 2);`;

export const CLASSICS: Readonly<Record<string, string>> = {
  'Peterson without a barrier': PETERSON(''),
  'Peterson with smp_mb': PETERSON('smp_mb();'),
  'ticket lock': `
    const next = shared(0), owner = shared(0), inside = ghost(0);
    for (const name of ['A', 'B']) {
      task(name, () => {
        const ticket = atomic_fetch_inc(next);
        while (smp_load_acquire(owner) !== ticket) cpu_relax();
        inside.value++;
        assert(inside.value === 1, 'mutual exclusion');
        inside.value--;
        smp_store_release(owner, ticket + 1);
      });
    }`,
  'bounded queue': `
    const slots = shared([0, 0]), head = shared(0), tail = shared(0);
    task('producer', () => {
      for (let i = 0; i < 3; i++) {
        while (i - smp_load_acquire(tail) === 2) cpu_relax();
        slots[i % 2].value = i + 1;
        smp_store_release(head, i + 1);
      }
    });
    task('consumer', () => {
      for (let i = 0; i < 3; i++) {
        while (smp_load_acquire(head) === i) cpu_relax();
        assert(slots[i % 2].value === i + 1, 'in order');
        smp_store_release(tail, i + 1);
      }
    });`,
  'philosophers in a circle': PHILOSOPHERS('mine'),
  'philosophers in order': PHILOSOPHERS('me === 2 ? [mine[1], mine[0]] : mine'),
  'lost wake-up': WAKE_UP('if (!READ_ONCE(ready)) WRITE_ONCE(asleep, 1);'),
  'wake-up checked again': WAKE_UP(
    'WRITE_ONCE(asleep, 1); smp_mb(); if (READ_ONCE(ready)) WRITE_ONCE(asleep, 0);',
  ),
  seqlock: SEQLOCK('start & 1 || READ_ONCE(seq) !== start'),
  'seqlock that never looks back': SEQLOCK('start & 1'),
  'linked list': `
    const nodes = [1, 2].map((v) => shared({ v, next: pointer(null) }));
    const head = shared(pointer(null, nodes[0]));
    task('pusher', () => {
      for (const node of nodes) {
        WRITE_ONCE(node.next, READ_ONCE(head));
        smp_store_release(head, node);
      }
    });
    task('walker', () => {
      let n = 0;
      for (let p = smp_load_acquire(head); p !== null; p = READ_ONCE(p.next)) n = n * 10 + READ_ONCE(p.v);
      assert(n === 0 || n === 1 || n === 21, 'a list that once was');
    });`,
  'interrupts off': INTERRUPTED('masked.value = true;'),
  'interrupts on': INTERRUPTED(''),
};
