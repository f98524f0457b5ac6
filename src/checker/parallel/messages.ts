/** What a thread that explores with others is given, and what it answers: data that can be cloned. */
import type { Machine } from '../../machine/machine.ts';
import type { SharedParts } from '../../memory-models/wasm/shared/parts.ts';
import type { SentShare } from './share.ts';
import type { Swept } from './sweep.ts';

export interface Given {
  readonly parts: SharedParts;
  readonly thread: number;
  readonly machine: Machine;
  readonly model: string;
  /** Whether livelocks are looked for, and edges are kept. */
  readonly goals: boolean;
  readonly edges: boolean;
  /** Whether there is anything to ask of states. */
  readonly asks: boolean;
}

export type Answer =
  | { readonly kind: 'share'; readonly share: SentShare }
  | { readonly kind: 'swept'; readonly swept: Swept }
  | { readonly kind: 'broken'; readonly message: string; readonly stack: string };
