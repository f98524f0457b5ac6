/** What a search remembers of the states that it has met. */
import { BitStates } from './bit-states.ts';
import { ExactStates } from './exact-states.ts';
import { StateSet } from './state-set.ts';
import type { NumberedStates } from './state-set.ts';

export type Remembering =
  /** 64 bits each: two states may be taken for one, which is unlikely. */
  | { readonly kind: 'fingerprints' }
  /** Whole states, which fingerprints of so many bits find. */
  | { readonly kind: 'states'; readonly fingerprintBits?: number }
  /** A few bits each in so many bytes: states are missed, the more the fuller it is. */
  | { readonly kind: 'bits'; readonly bytes: number };

export const FINGERPRINTS: Remembering = { kind: 'fingerprints' };

export function newStates(words: number, remembering: Remembering): NumberedStates {
  switch (remembering.kind) {
    case 'fingerprints':
      return new StateSet(words);
    case 'states':
      return new ExactStates(words, remembering.fingerprintBits);
    case 'bits':
      return new BitStates(words, remembering.bytes);
  }
}
