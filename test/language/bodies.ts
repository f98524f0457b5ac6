/** Bodies of specs that several tests are about. */

export const STORE_BUFFERING = `
  const x = shared(0);
  const y = shared(0);
  const seen = ghost({ x: 0, y: 0 });
  task('T0', () => { WRITE_ONCE(x, 1); seen.y.value = READ_ONCE(y); });
  task('T1', () => { WRITE_ONCE(y, 1); seen.x.value = READ_ONCE(x); });
  finally_('one sees the other', () => seen.x.value === 1 || seen.y.value === 1);`;

export const AB_BA = `
  const a = shared(spinlock());
  const b = shared(spinlock());
  task('T0', () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); });
  task('T1', () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });`;

export const TRYLOCK = AB_BA.replace(
  'spin_lock(b); spin_lock(a);',
  'spin_lock(b); while (!spin_trylock(a)) cpu_relax();',
);

/** The two accesses are hardly ever next at the same time: happens-before tells. */
export const RACE = `
  const x = shared(0);
  const flag = shared(0);
  task('T0', () => { x.value = 1; WRITE_ONCE(flag, 1); });
  task('T1', () => { if (READ_ONCE(flag) === 1) x.value = 2; });`;
