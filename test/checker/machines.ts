/** Machines that engines are tried with. */
import type { Machine } from '../../src/machine/machine.ts';
import { MachineBuilder, add, binary, eq, int } from '../machine/builder.ts';
import type { ProgramBuilder, Reg, Variable } from '../machine/builder.ts';

/** Counts in a location of its own; the register that has read the last value. */
function countTo(p: ProgramBuilder, count: Variable, most: number): Reg {
  const r = p.register('r', int(0, most));
  p.loop(() => {
    p.load(r, count);
    p.breakIf(eq(r, most));
    p.store(count, add(r, 1));
  });
  return r;
}

/** Three contexts count to `most`, and one of them stores what it has read of another. */
export function counters(most: number): Machine {
  const b = new MachineBuilder('counters', 3);
  const seen = b.location('seen', 0, int(0, most));
  const all = [0, 1, 2].map((cpu) => b.location(`count${cpu}`, 0, int(0, most)));
  all.forEach((count, cpu) => {
    b.task(`T${cpu}`, cpu, (p) => {
      p.store(seen, countTo(p, count, most));
    });
  });
  return b.build();
}

/** A location holds more than 16 bits, which its type does not say. */
export function wide(): Machine {
  const b = new MachineBuilder('wide', 1);
  const x = b.location('x');
  b.task('T', 0, (p) => {
    const r = p.register('r');
    p.loop(() => {
      p.load(r, x);
      p.breakIf(eq(r, 120_000));
      p.store(x, add(r, 30_000));
    });
  });
  b.property('final', 'all steps were made', (p) => {
    const r = p.register('r');
    p.load(r, x);
    return eq(r, 120_000);
  });
  return withoutWideConstants(b.build());
}

/** 120,000 as 30,000 * 4: a constant beyond 16 bits would make everything wide at once. */
function withoutWideConstants(machine: Machine): Machine {
  const narrow = JSON.stringify(machine).replaceAll(
    '{"op":"const","value":120000}',
    JSON.stringify(binary('*', 30_000, 4)),
  );
  return JSON.parse(narrow) as Machine;
}

/** Tasks count to `most`; one fails then, or all at their ends. */
export function failing(most: number, where: 'on the way' | 'at the end', tasks = 3): Machine {
  const b = new MachineBuilder('late', tasks);
  Array.from({ length: tasks }, (_, cpu) => {
    const count = b.location(`count${cpu}`, 0, int(0, most));
    b.task(`T${cpu}`, cpu, (p) => {
      const r = countTo(p, count, most);
      if (cpu === 0 && where === 'on the way') p.assert(eq(r, 0), 'nothing is counted');
    });
  });
  if (where === 'at the end') b.property('final', 'no end', () => eq(0, 1));
  return b.build();
}
