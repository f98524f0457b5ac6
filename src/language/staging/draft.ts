/** A machine while its spec runs: what system() declared so far. */
import { callStack, textOf } from './places.ts';
import { structureOf } from './memory.ts';
import type { Site, Context, Property } from '../../machine/machine.ts';
import type { CellDraft, Root, Space, Structure } from './memory.ts';
import type { StaticSite } from './places.ts';

export interface ContextDraft {
  readonly name: string;
  readonly cpu: number | (() => unknown);
  readonly when: (() => unknown) | null;
  readonly body: () => unknown;
  readonly liveness: Context['liveness'];
  /** The name of the property that it comes to its end, or mark; null: `livelock`. */
  readonly livenessName: string | null;
  readonly site: number;
  readonly stack: readonly StaticSite[];
}

export interface PropertyDraft {
  readonly kind: Property['kind'];
  readonly name: string;
  readonly formula: () => unknown;
  readonly site: number;
  readonly stack: readonly StaticSite[];
}

export class Draft {
  readonly title: string;
  /** Variables that are no younger belong to the file, not to the machine. */
  readonly born: number;
  readonly memory: CellDraft[] = [];
  readonly ghosts: CellDraft[] = [];
  readonly roots: Root[] = [];
  readonly cpus: string[] = [];
  readonly contexts: ContextDraft[] = [];
  readonly properties: PropertyDraft[] = [];
  readonly sites: Site[] = [];
  /** Completes pointer types once system() has run. */
  readonly pending: (() => void)[] = [];
  /** Every structure of a shape, in the order of their addresses. */
  readonly #shapes = new Map<string, Structure[]>();
  readonly #siteKeys = new Map<string, number>();
  readonly #siteIds = new WeakMap<StaticSite, number>();
  #nextSiteId = 0;

  constructor(title: string, born: number) {
    this.born = born;
    this.title = title;
  }

  cells(space: Space): CellDraft[] {
    return space === 'memory' ? this.memory : this.ghosts;
  }

  addStructure(structure: Structure): void {
    const info = structureOf(structure);
    if (!info || info.space !== 'memory') return;
    const same = this.#shapes.get(info.shape) ?? [];
    same.push(structure);
    this.#shapes.set(info.shape, same);
  }

  structuresOf(shape: string): readonly Structure[] {
    const all = this.#shapes.get(shape) ?? [];
    return all.toSorted((a, b) => baseOf(a) - baseOf(b));
  }

  shapes(): readonly string[] {
    return [...this.#shapes.keys()];
  }

  /** The site of what is being staged: the call stack, innermost last, becomes a chain of callers. */
  site(stack: readonly StaticSite[] = callStack): number {
    let caller: number | null = null;
    for (const site of stack) caller = this.#intern(site, caller);
    return caller ?? this.#nowhere();
  }

  #intern(site: StaticSite, caller: number | null): number {
    let id = this.#siteIds.get(site);
    if (id === undefined) this.#siteIds.set(site, (id = this.#nextSiteId++));
    const key = `${caller ?? ''}:${id}`;
    const known = this.#siteKeys.get(key);
    if (known !== undefined) return known;
    const { line, column, functionName } = site;
    this.sites.push({
      file: site.file.name,
      line,
      column,
      text: textOf(site),
      functionName,
      caller,
    });
    this.#siteKeys.set(key, this.sites.length - 1);
    return this.sites.length - 1;
  }

  #nowhere(): number {
    this.sites.push({ file: '', line: 1, column: 1, text: '', functionName: '', caller: null });
    return this.sites.length - 1;
  }
}

function baseOf(structure: Structure): number {
  return structureOf(structure)?.base ?? 0;
}
