/**
 * The six ways in which two CPUs with two accesses each can disagree on an order: the classic shapes,
 * with something between the two accesses of each CPU.
 */
import { finally_, ghost, READ_ONCE, shared, WRITE_ONCE } from 'kcheck';

/**
 * A thread's code, given what stands between its accesses. It returns how to note what was read, to be
 * called at the very end: a ghost wants its value at once, so a load could not be put off beyond it.
 */
export type Thread = (between: () => void) => () => void;

export interface Shape {
  readonly first: Thread;
  readonly second: Thread;
}

const nothing = (): void => undefined;

type Declare = () => Shape;

/** Declares the memory of the shape, and the property that its outcome is one of some order. */
export const shapes = { SB, MP, LB, R, S, '2+2W': two_plus_two_w } satisfies Record<
  string,
  Declare
>;

export type ShapeName = keyof typeof shapes;

const ORDERED = 'ordered';

/** Store buffering: each stores, then loads what the other stores. */
function SB(): Shape {
  const x = shared(0);
  const y = shared(0);
  const r = ghost({ x: 1, y: 1 });
  finally_(ORDERED, () => r.x.value === 1 || r.y.value === 1);
  return {
    first(between) {
      WRITE_ONCE(x, 1);
      between();
      const seen = READ_ONCE(y);
      return () => {
        r.y.value = seen;
      };
    },
    second(between) {
      WRITE_ONCE(y, 1);
      between();
      const seen = READ_ONCE(x);
      return () => {
        r.x.value = seen;
      };
    },
  };
}

/** Message passing: one stores two, the other loads them the other way round. */
function MP(): Shape {
  const x = shared(0);
  const y = shared(0);
  const r = ghost({ x: 1, y: 0 });
  finally_(ORDERED, () => r.y.value === 0 || r.x.value === 1);
  return {
    first(between) {
      WRITE_ONCE(x, 1);
      between();
      WRITE_ONCE(y, 1);
      return nothing;
    },
    second(between) {
      const seen_y = READ_ONCE(y);
      between();
      const seen_x = READ_ONCE(x);
      return () => {
        r.y.value = seen_y;
        r.x.value = seen_x;
      };
    },
  };
}

/** Load buffering: each loads, then stores what the other loads. */
function LB(): Shape {
  const x = shared(0);
  const y = shared(0);
  const r = ghost({ x: 0, y: 0 });
  finally_(ORDERED, () => r.x.value === 0 || r.y.value === 0);
  return {
    first(between) {
      const seen = READ_ONCE(x);
      between();
      WRITE_ONCE(y, 1);
      return () => {
        r.x.value = seen;
      };
    },
    second(between) {
      const seen = READ_ONCE(y);
      between();
      WRITE_ONCE(x, 1);
      return () => {
        r.y.value = seen;
      };
    },
  };
}

/** The first stores two; the second stores over the latter, then loads the former. */
function R(): Shape {
  const x = shared(0);
  const y = shared(0);
  const r = ghost({ x: 1 });
  finally_(ORDERED, () => y.value === 1 || r.x.value === 1);
  return {
    first(between) {
      WRITE_ONCE(x, 1);
      between();
      WRITE_ONCE(y, 1);
      return nothing;
    },
    second(between) {
      WRITE_ONCE(y, 2);
      between();
      const seen = READ_ONCE(x);
      return () => {
        r.x.value = seen;
      };
    },
  };
}

/** The first stores two; the second loads the latter, then stores over the former. */
function S(): Shape {
  const x = shared(0);
  const y = shared(0);
  const r = ghost({ y: 0 });
  finally_(ORDERED, () => r.y.value === 0 || x.value === 1);
  return {
    first(between) {
      WRITE_ONCE(x, 2);
      between();
      WRITE_ONCE(y, 1);
      return nothing;
    },
    second(between) {
      const seen = READ_ONCE(y);
      between();
      WRITE_ONCE(x, 1);
      return () => {
        r.y.value = seen;
      };
    },
  };
}

/** Each stores two, in opposite directions. */
function two_plus_two_w(): Shape {
  const x = shared(0);
  const y = shared(0);
  finally_(ORDERED, () => x.value === 2 || y.value === 2);
  return {
    first(between) {
      WRITE_ONCE(x, 1);
      between();
      WRITE_ONCE(y, 2);
      return nothing;
    },
    second(between) {
      WRITE_ONCE(y, 1);
      between();
      WRITE_ONCE(x, 2);
      return nothing;
    },
  };
}
