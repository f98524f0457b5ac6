// message-passing.ts
import {
  spec,
  shared,
  task,
  READ_ONCE,
  WRITE_ONCE,
  smp_wmb,
  smp_rmb,
  cpu_relax,
  assert,
} from 'kcheck';

export default spec({
  title: 'message passing',
  versions: {
    plain: { barriers: false },
    fenced: { barriers: true },
  },
  system({ barriers }) {
    const flag = shared(0);
    const msg = shared({ len: 0, seq: 0 });

    task('writer', () => {
      WRITE_ONCE(msg.len, 42);
      if (barriers) smp_wmb();
      WRITE_ONCE(flag, 1);
    });
    task('reader', () => {
      while (!READ_ONCE(flag)) cpu_relax();
      if (barriers) smp_rmb();
      assert(READ_ONCE(msg.len) === 42, 'the reader sees the message');
    });
  },
});
