/** The types that a spec author's editor sees; they hold if this file type-checks. */
import { expectTypeOf, test } from 'vitest';
import {
  choose,
  pointer,
  READ_ONCE,
  shared,
  spec,
  spinlock,
  u8,
  WRITE_ONCE,
  xchg,
} from '../../src/language/index.ts';
import type { Lock, Shared } from '../../src/language/index.ts';

test('memory has the types of its values', () => {
  // Never called: only its types matter.
  const body = (): void => {
    const flag = shared(0);
    const s = shared({
      on: true,
      n: u8(1),
      lock: spinlock(),
      list: [0, 1],
      in: { ptr: pointer<typeof flag>(null) },
    });
    expectTypeOf(flag).toEqualTypeOf<Shared<number>>();
    expectTypeOf(s.on.value).toEqualTypeOf<boolean>();
    expectTypeOf(s.n.value).toEqualTypeOf<number>();
    expectTypeOf(s.lock).toEqualTypeOf<Lock>();
    expectTypeOf(s.list).toEqualTypeOf<readonly Shared<number>[]>();
    expectTypeOf(READ_ONCE(s.in.ptr)).toEqualTypeOf<Shared<number> | null>();
    expectTypeOf(xchg(s.on, true)).toEqualTypeOf<boolean>();
    WRITE_ONCE(flag, choose(2));
    // @ts-expect-error A boolean is no number.
    WRITE_ONCE(flag, true);
  };
  expectTypeOf(body).returns.toBeVoid();
});

test('fields that only some versions have are there for the types', () => {
  const body = (one: boolean): void => {
    const s = shared({ lock: spinlock(), ...(one ? { mode: 0 } : { percpu: true }) });
    expectTypeOf(s.mode).toEqualTypeOf<Shared<number>>();
    expectTypeOf(s.percpu).toEqualTypeOf<Shared<boolean>>();
  };
  expectTypeOf(body).returns.toBeVoid();
});

test('parameters come from versions, configurations and defaults', () => {
  const define = (): void => {
    spec({
      title: 't',
      versions: { a: { fenced: false }, b: { fenced: true, extra: 1 } },
      parameters: { cpus: 2 },
      system({ fenced, extra, cpus }) {
        expectTypeOf(fenced).toEqualTypeOf<boolean>();
        expectTypeOf(extra).toEqualTypeOf<number | undefined>();
        expectTypeOf(cpus).toEqualTypeOf<number>();
      },
      expect: { a: 'pass', b: { sc: 'pass', tso: { fails: 'assertion' } } },
    });
    spec({
      title: 't',
      versions: { a: { x: 1 } },
      configurations: { c: { n: 1 }, d: { n: 2 } },
      system({ x, n }) {
        expectTypeOf(x).toEqualTypeOf<number>();
        expectTypeOf(n).toEqualTypeOf<number>();
      },
      // @ts-expect-error No version, configuration or memory model has that name.
      expect: { e: 'pass' },
    });
  };
  expectTypeOf(define).returns.toBeVoid();
});
