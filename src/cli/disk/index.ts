/** The files of a search. */
import type { Storage } from '../../checker/storage.ts';
import { packageVersion } from '../package-version.ts';
import { openCheckpoint, requireWritable, writeCheckpoint } from './checkpoint-file.ts';
import { openSpillFile } from './spill-file.ts';

export const DISK: Storage = {
  kcheck: packageVersion(),
  openSpill: openSpillFile,
  requireWritable,
  writeCheckpoint,
  openCheckpoint,
};
