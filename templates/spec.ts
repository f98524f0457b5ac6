/**
 * A starter: a sleeper and a waker, as wait_event() and wake_up() do it.
 *
 *   kcheck explore specs/wake-up/spec.ts
 *   kcheck explore specs/wake-up/spec.ts -p barrier=false --model tso
 *
 * The first passes: whatever the schedule, nobody sleeps for ever. The second takes the barrier away,
 * and shows the shortest schedule in which the wake-up is lost. Or delete the smp_mb() below, and run
 * `kcheck check`: it says that the verdict differs from what this file expects.
 */
import {
  spec,
  shared,
  ghost,
  task,
  assert,
  smp_mb,
  wait_until,
  READ_ONCE,
  WRITE_ONCE,
} from 'kcheck';

export default spec({
  title: 'wake-up',

  // The states of the code that you argue about: before the patch, with it. Each has parameters.
  versions: {
    patched: { barrier: true },
  },

  // Called once for each version, with its parameters. Memory and tasks are declared here.
  system({ barrier }) {
    // Memory that the tasks share: every access to it is a step of its own.
    const sleeping = shared(false);
    const event = shared(false);

    // What the scheduler knows. It is outside the memory model, and orders nothing.
    const woken = ghost(false);

    // A task has a CPU of its own unless told otherwise, and must come to its end.
    task('sleeper', () => {
      WRITE_ONCE(sleeping, true); // set_current_state() stores the state, ...
      if (barrier) smp_mb(); // ... and orders it before the look at the condition.
      if (!READ_ONCE(event)) {
        wait_until(() => woken.value); // schedule(), ...
        smp_mb(); // ... which orders what the woken task does after what its waker did.
      }
      assert(READ_ONCE(event), 'S1: who was woken sees the event');
    });

    task('waker', () => {
      WRITE_ONCE(event, true);
      smp_mb(); // wake_up() has one, too: neither of the two may be missing.
      if (READ_ONCE(sleeping)) woken.value = true;
    });
  },

  // What `kcheck check` compares with. One verdict for all, or nested by version and memory model:
  //   expect: { before: { sc: 'pass', tso: { fails: 'deadlock' } }, patched: 'pass' },
  expect: 'pass',
});
