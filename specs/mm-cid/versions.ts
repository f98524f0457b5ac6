/** mm_cid before, between and after the patches. docs/mechanisms/mm-cid.md has a line for each. */
import type { MmCidVersion } from 'kcheck/models/mm-cid';

const V0: MmCidVersion = {
  transit_to_cpu: false,
  mode_word: false,
  release: false,
  acquire: false,
  mb_before_fixup: false,
  mb_after_fixup: false,
  drop_on_exit: false,
  keep_on_schedout: false,
  drop_checks_oncpu: false,
  user_list: false,
  skips_unset: false,
};
const barriers = { mb_before_fixup: true, mb_after_fixup: true };
const V1 = { ...V0, transit_to_cpu: true };
const V2 = { ...V1, mode_word: true };
const V3 = { ...V2, drop_on_exit: true };
const V4 = { ...V3, keep_on_schedout: true };
const V4b = { ...V4, ...barriers };
const V5 = { ...V4b, drop_checks_oncpu: true };
const V6 = { ...V5, user_list: true };

export const versions = {
  V0,
  V1,
  V1r: { ...V1, release: true },
  V1a: { ...V1, acquire: true },
  V1ra: { ...V1, release: true, acquire: true },
  V2,
  V2b: { ...V2, ...barriers },
  V2before: { ...V2, mb_before_fixup: true },
  V2after: { ...V2, mb_after_fixup: true },
  V3,
  V3b: { ...V3, ...barriers },
  V4,
  V4b,
  V5,
  V6,
  V7: { ...V6, skips_unset: true },
};

export type Version = keyof typeof versions;
