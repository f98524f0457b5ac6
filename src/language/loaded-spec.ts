/** A spec as the rest of kcheck sees it: names to choose from, and a machine for each choice. */
import type { Fairness } from '../machine/fairness.ts';
import type { Machine } from '../machine/machine.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** `fails` names every property that must fail, and no other may. */
export type Expectation = 'pass' | { readonly fails: readonly string[] };

/** The words for pass and FAIL in a table of versions and configurations. */
export interface TableWords {
  readonly pass: string;
  readonly fail: string;
}

export interface RunName {
  readonly version: string;
  /** `''` in a spec that has no configurations. */
  readonly configuration: string;
  readonly model: string;
}

/** A file that a spec is made of: itself, or what it imports. */
export interface LoadedFile {
  /** Absolute. */
  readonly path: string;
  /** As the user named it; the name that places have. */
  readonly name: string;
  readonly text: string;
}

export interface LoadedSpec {
  /** As the user named it. */
  readonly file: string;
  /** All that was read to load it, itself first. Staging is a function of them: docs/design/gate.md. */
  readonly files: readonly LoadedFile[];
  readonly title: string;
  readonly versions: readonly string[];
  /** `['']` when the spec has none. */
  readonly configurations: readonly string[];
  /** The memory models it is meant for; null: all. */
  readonly models: readonly string[] | null;
  /** How its verdicts are laid out: a table for each memory model; null: a row a run. */
  readonly table: TableWords | null;
  /** What the spec says of a run; null: nothing. */
  expectation(run: RunName): Expectation | null;
  /** Properties, by name or what stands before the colon, that it accepts to be evaluated nowhere. */
  acceptedUnreached(run: RunName): readonly string[];
  /** Whether the spec wants this combination at all (its `skip`). */
  wants(run: RunName): boolean;
  /** Whether the run is one of those that the spec names as quick; each is where it names none. */
  quick(run: RunName): boolean;
  /** The schedules in which the spec wants starvation to be looked for; null: in none. */
  fairness(run: RunName): Fairness | null;
  /** The parameters of a run: the spec's defaults, the configuration, the version, the overrides. */
  parameters(version: string, configuration: string, overrides: Parameters): Parameters;
  /** Stages the machine of one run. Throws KcheckError where the spec cannot be staged. */
  machine(parameters: Parameters): Machine;
}
