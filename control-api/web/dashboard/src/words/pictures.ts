import type { Work } from '../api/types.ts';
import { isUnderWay } from './work.ts';

/** Why a title has no picture: it may come yet, its processing ended without one, or nothing is seen anywhere in it. */
export function whyNoPicture(work: Work | undefined): 'soon' | 'failed' | 'cancelled' | 'none' {
  if (work === undefined || isUnderWay(work)) return 'soon';
  return work.stage === 'failed' || work.stage === 'cancelled' ? work.stage : 'none';
}
