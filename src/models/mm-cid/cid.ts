/** A CID with its flag bits, as kernel/sched/sched.h has them, and the word of the mode, which has the same. */
import { flags } from 'kcheck';

export const MM_CID_UNSET = 1 << 31;
export const MM_CID_ONCPU = 1 << 30;
export const MM_CID_TRANSIT = 1 << 29;

const CID = {
  flags: { ONCPU: MM_CID_ONCPU, TRANSIT: MM_CID_TRANSIT },
  exact: { UNSET: MM_CID_UNSET, 'UNSET|TRANSIT': MM_CID_UNSET | MM_CID_TRANSIT },
};

export const cid_on_cpu = (cid: number): boolean => (cid & MM_CID_ONCPU) !== 0;
export const cid_in_transit = (cid: number): boolean => (cid & MM_CID_TRANSIT) !== 0;
export const cid_on_task = (cid: number): boolean =>
  (cid & (MM_CID_TRANSIT | MM_CID_UNSET | MM_CID_ONCPU)) === 0;
export const cid_to_cpu_cid = (cid: number): number => cid | MM_CID_ONCPU;
export const cpu_cid_to_cid = (cid: number): number => cid & ~MM_CID_ONCPU;
export const cid_to_transit_cid = (cid: number): number => cid | MM_CID_TRANSIT;
export const cid_from_transit_cid = (cid: number): number => cid & ~MM_CID_TRANSIT;
/** What user space sees. */
export const user_cid = (cid: number): number => cid & ~(MM_CID_ONCPU | MM_CID_TRANSIT);

export function cid_word(cid: number) {
  return flags(cid, CID.flags, { prefix: 'CID', exact: CID.exact });
}

export function mode_word(mode: number) {
  return flags(mode, CID.flags, { prefix: '', exact: { 'per task': 0 } });
}
