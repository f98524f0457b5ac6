/** What a spec that cannot be staged is told: everything that kcheck prints of the error. */
import { KcheckError } from '../../src/errors.ts';
import { loadSpecSource } from '../../src/language/loader.ts';

/** Code, place, source line with a caret, message and advice; `accepted` if nothing is refused. */
export function refusal(text: string): string {
  try {
    const spec = loadSpecSource(text, 'spec.ts');
    for (const version of spec.versions) {
      for (const configuration of spec.configurations) {
        spec.machine(spec.parameters(version, configuration, {}));
      }
    }
    return 'accepted';
  } catch (error) {
    if (error instanceof KcheckError) return format(error);
    throw error;
  }
}

function format({ code, message, place, advice }: KcheckError): string {
  if (!place) return `${code} ${message}\n${advice}`;
  const caret = `${' '.repeat(place.column - 1)}^`;
  const [source, pointer] = trimmed(place.source, caret);
  return `${code} ${place.line}:${place.column} ${message}\n  ${source}\n  ${pointer}\n${advice}`;
}

function trimmed(source: string, caret: string): readonly [string, string] {
  const indent = Math.min(source.length - source.trimStart().length, caret.length - 1);
  return [source.slice(indent), caret.slice(indent)];
}

/** A spec whose one task has this body, beside state to work with. */
export function bodySpec(body: string): string {
  return systemSpec(`
    task('t', () => {
      ${body}
    });`);
}

export function systemSpec(system: string, top = ''): string {
  return `import * as kcheck from 'kcheck';
import { spec, shared, ghost, task, service, cpus, READ_ONCE, WRITE_ONCE, choose, choose_bool, assert, atomic, wait_until, smp_mb, invariant, finally_, pointer, spinlock, spin_lock, spin_unlock, progress, smp_cond_load_acquire } from 'kcheck';
${top}
const log = [];
let outside = 0;
export default spec({ title: 'refused', versions: { only: {} }, system() {
    const x = shared(0), y = shared(0), on = shared(false), g = ghost(0);
    const node = shared({ next: pointer(null), data: 0 }), other = shared({ lone: 0 });
    const head = shared(pointer(node));
    const far = shared(pointer(other));
    const table = shared([0, 0, 0]);
    const lock = spinlock;
    let variable = 0;
    ${system}
  } });
`;
}
