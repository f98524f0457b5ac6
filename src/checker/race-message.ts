/** A race in words: both accesses, and what is missing between them. */
import { at, nodeAt } from '../machine/graph.ts';
import type { Machine, Node, Site } from '../machine/machine.ts';
import type { WeakEnd } from './reference/communication.ts';
import type { Race, RacingAccess } from './reference/race.ts';

/** @throws where the interpreter sees no race: then it is kcheck that is wrong. */
export function raceWords(
  machine: Machine,
  race: Race | null,
): {
  readonly message: string;
  readonly detail: string;
  readonly sites: readonly number[];
} {
  if (race === null) throw new Error('a race that the explorer saw is not seen on replay');
  const { first, second } = race;
  const name = at(machine.locations, race.location).name;
  const both = `${accessWords(machine, first)} and ${accessWords(machine, second)}`;
  const detail = ['nothing orders them', ...missingWords(machine, race)].join(': ');
  const sites = [first, second].map((access) => siteIndexOf(machine, access));
  return { message: `data race on ${name}: ${both}`, detail, sites };
}

function missingWords(machine: Machine, race: Race): readonly string[] {
  if (race.missing === null) return [];
  if (race.missing.length === 0) return [noLink(machine, race)];
  return [race.missing.map((end) => endWords(machine, end)).join(', and ')];
}

function noLink(machine: Machine, { first, second }: Race): string {
  if (first.cpu === second.cpu) return 'on one CPU, either may come in the middle of the other';
  if (first.context === second.context) {
    const { name } = at(machine.contexts, first.context);
    return `${name} comes to CPU${second.cpu} with no lock and no barrier on the way`;
  }
  return 'no lock, no release and acquire between them';
}

function accessWords(machine: Machine, access: RacingAccess): string {
  const { context, cpu, write, plain } = access;
  const { name } = at(machine.contexts, context);
  const how = `${plain ? 'plain' : 'marked'} ${write ? 'write' : 'read'}`;
  const site = siteOf(machine, access);
  const inside = site.functionName === '' ? '' : ` in ${site.functionName}()`;
  return `${how} by ${name} on CPU${cpu}${inside} at ${lineOf(site)}`;
}

/** `CPU1 reads flag with READ_ONCE (mp.ts:12), which needs smp_load_acquire() or smp_rmb() after it`. */
function endWords(machine: Machine, weak: WeakEnd): string {
  const node = nodeAt(at(machine.contexts, weak.context), weak.node);
  const name = at(machine.locations, weak.location).name;
  const line = lineOf(siteOf(machine, weak));
  const done = weak.end === 'release' ? 'writes' : 'reads';
  return `CPU${weak.cpu} ${done} ${name} with ${primitiveOf(node)} (${line}), which needs ${needs(weak, node)}`;
}

function needs({ end, half }: WeakEnd, { kind }: Node): string {
  if (end === 'release') {
    const form = kind === 'rmw' ? 'its _release form' : 'smp_store_release()';
    return `${form} or ${half ? 'smp_wmb()' : 'smp_mb()'} before it`;
  }
  const form = kind === 'rmw' ? 'its _acquire form' : 'smp_load_acquire()';
  return `${form} or ${half ? 'smp_rmb()' : 'smp_mb()'} after it`;
}

function primitiveOf(node: Node): string {
  const primitive = 'primitive' in node ? node.primitive : '';
  return primitive === '' ? 'a plain access' : `${primitive}()`;
}

/** A primitive that is itself written in the spec language is where it is called. */
function siteIndexOf(
  machine: Machine,
  { context, node }: { readonly context: number; readonly node: number },
): number {
  const executed = nodeAt(at(machine.contexts, context), node);
  const primitive = 'primitive' in executed ? executed.primitive : '';
  let index = executed.site;
  for (;;) {
    const { functionName, caller } = at(machine.sites, index);
    if (primitive === '' || functionName !== primitive || caller === null) return index;
    index = caller;
  }
}

function siteOf(
  machine: Machine,
  access: { readonly context: number; readonly node: number },
): Site {
  return at(machine.sites, siteIndexOf(machine, access));
}

function lineOf({ file, line }: Site): string {
  return `${file}:${line}`;
}
