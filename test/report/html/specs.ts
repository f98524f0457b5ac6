/** Real failures to look at: one for each memory model, a loop, a lock that is handed over. */
import { templateText } from '../../../src/cli/templates.ts';
import { check } from '../../../src/checker/check.ts';
import { loadSpecSource } from '../../../src/language/loader.ts';
import { memoryModels } from '../../../src/memory-models/index.ts';
import type { ReportOptions, Run } from '../../../src/report/run.ts';
import { plainText } from '../data.ts';

const BODIES = {
  buffering: `
    const x = shared(0), y = shared(0);
    const seen = ghost({ x: 0, y: 0 });
    task('T0', () => { WRITE_ONCE(x, 1); seen.y.value = READ_ONCE(y); });
    task('T1', () => { WRITE_ONCE(y, 1); seen.x.value = READ_ONCE(x); });
    finally_('one sees the other', () => seen.x.value === 1 || seen.y.value === 1);`,
  passing: `
    const flag = shared(0), message = shared(0);
    task('writer', () => { WRITE_ONCE(message, 42); WRITE_ONCE(flag, 1); });
    task('reader', () => {
      if (READ_ONCE(flag) === 1) assert(READ_ONCE(message) === 42, 'the message is there');
    });`,
  locking: `
    const lock = shared(spinlock()), word = shared(0);
    task('T0', () => { spin_lock(lock); word.value += 1; spin_unlock(lock); });
    task('T1', () => {
      spin_lock(lock);
      word.value += 1;
      assert(word.value < 2, 'one </script><!-- <b>');
      spin_unlock(lock);
    });`,
  spinning: `
    const go = shared(0);
    task('T0', () => { WRITE_ONCE(go, 1); });
    task('T1', () => { while (READ_ONCE(go) !== 2) cpu_relax(); });`,
} as const;

export type Name = keyof typeof BODIES;

const IMPORTS =
  'assert cpu_relax finally_ ghost READ_ONCE shared spec spin_lock spin_unlock spinlock task WRITE_ONCE';

function source(name: Name): string {
  return `import { ${IMPORTS.replaceAll(' ', ', ')} } from 'kcheck';
export default spec({
  title: '${name} </script><!--',
  versions: { V0: {} },
  system() {${BODIES[name]}
  },
});
`;
}

export async function runOf(name: Name, model: string): Promise<Run> {
  const file = `${name}.ts`;
  const machine = loadSpecSource(source(name), file).machine({});
  const memoryModel = memoryModels.get(model);
  if (memoryModel === undefined) throw new Error(`no model ${model}`);
  const result = await check(machine, memoryModel, {
    maxStates: null,
    timeoutSeconds: null,
    maxBytes: 2 ** 28,
    fairness: null,
    onProgress: null,
    signal: null,
  });
  return {
    spec: file,
    title: `${name} </script><!--`,
    table: null,
    version: 'V0',
    configuration: '',
    model,
    params: {},
    expected: 'pass',
    acceptedUnreached: [],
    machine,
    result,
  };
}

export const options: ReportOptions = {
  ...plainText,
  traces: 'all',
  gate: true,
  template: templateText,
  sources: new Map(
    (Object.keys(BODIES) as Name[]).map((name) => [`${name}.ts`, source(name)] as const),
  ),
};
