/** Where `until` is to go: a line, a context, or a value. */
import type { Choice } from '../../checker/hand/hand-walk.ts';
import type { Search } from '../../checker/hand/nearest.ts';
import { valuesOf } from '../../checker/hand/contents.ts';
import { spellValue } from '../../checker/rerun/recorded.ts';
import type { Machine, Site } from '../../machine/machine.ts';

export type Target =
  | { readonly kind: 'found'; readonly isThere: Search['isThere'] }
  | { readonly kind: 'none'; readonly message: string };

export function targetOf(word: string, machine: Machine): Target {
  const [, name, value] = /^(.*?)\s*={1,2}\s*(.*)$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined) return valueTarget(name, value, machine);
  const place = /^(?:(.*):)?(\d+)$/.exec(word);
  if (place !== null) return lineTarget(place[1] ?? '', Number(place[2]), machine);
  const context = machine.contexts.findIndex((each) => each.name === word);
  if (context < 0) return none(`no context is named ${word}, and it is no line and no value`);
  return found((_, choices) => choices.some(({ mover }) => mover === context));
}

function valueTarget(name: string, value: string, machine: Machine): Target {
  const cells = [...machine.locations, ...machine.ghosts];
  const cell = cells.find((each) => each.name === name);
  if (cell === undefined) return none(`no variable is named ${name}`);
  return found(({ state }) => {
    const { memory, ghosts } = valuesOf(machine, state);
    const now = [...memory, ...ghosts].find((each) => each.name === name)?.value ?? null;
    return (
      now !== null && [String(now), String(spellValue(now, cell.type, machine))].includes(value)
    );
  });
}

/** The line, or a call on it that was inlined, is part of a step that can be taken. */
function lineTarget(file: string, line: number, machine: Machine): Target {
  const isHere = (site: Site): boolean => site.line === line && site.file.endsWith(file);
  if (!machine.sites.some(isHere)) return none(`nothing of the machine is at line ${line}`);
  const passes = ({ result }: Choice): boolean =>
    result.events.some(({ site }) => chainOf(site, machine).some(isHere));
  return found((_, choices) => choices.some(passes));
}

function chainOf(site: number | null, machine: Machine): readonly Site[] {
  const chain: Site[] = [];
  let index = site;
  while (index !== null) {
    const each = machine.sites[index];
    if (each === undefined) break;
    chain.push(each);
    index = each.caller;
  }
  return chain;
}

function found(isThere: Search['isThere']): Target {
  return { kind: 'found', isThere };
}

function none(message: string): Target {
  return { kind: 'none', message };
}
