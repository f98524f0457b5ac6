/** The files of a search. */
import type { Storage } from '../../checker/storage.ts';
import { openSpillFile } from './spill-file.ts';

export const DISK: Storage = {
  openSpill: openSpillFile,
};
