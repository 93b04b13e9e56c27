import type { AssetState, Stage, VersionState, Work } from '../api/types.ts';
import { leftInWords, percent } from './quantities.ts';

interface Look {
  readonly label: string;
  readonly color: string;
}

export const assetStateLooks: Record<AssetState, Look> = {
  processing: { label: 'Processing', color: 'brand' },
  playable: { label: 'Playable', color: 'blue' },
  ready: { label: 'Ready', color: 'teal' },
  failed: { label: 'Failed', color: 'red' },
  cancelled: { label: 'Cancelled', color: 'gray' },
};

export const versionStateLooks: Record<VersionState, Look> = {
  queued: { label: 'Queued', color: 'gray' },
  preparing: { label: 'Preparing', color: 'brand' },
  encoding: { label: 'Encoding', color: 'brand' },
  playable: { label: 'Playable', color: 'blue' },
  complete: { label: 'Complete', color: 'teal' },
  failed: { label: 'Failed', color: 'red' },
  cancelled: { label: 'Cancelled', color: 'gray' },
};

const stageNames: Record<Stage, string> = {
  queued: 'Waiting',
  preparing: 'Examining the file',
  encoding: 'Encoding',
  packaging: 'Packaging',
  done: 'Complete',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** Whether the work goes on: neither done nor given up. */
export function isUnderWay(work: Work): boolean {
  return work.stage !== 'done' && work.stage !== 'failed' && work.stage !== 'cancelled';
}

/** "Encoding · 42% · 3 min left", "Waiting · 2nd in line". */
export function workInWords(work: Work): string {
  if (work.stage === 'queued') {
    if (work.queuePosition === null) return 'Waiting to start';
    return work.queuePosition === 1 ? 'Waiting · next in line' : `Waiting · number ${work.queuePosition} in line`;
  }
  if (!isUnderWay(work)) return stageNames[work.stage];
  const share = work.stage === 'preparing' && work.progress === 0 ? [] : [`${percent(work.progress)}%`];
  const left = work.etaSeconds === null ? [] : [leftInWords(work.etaSeconds)];
  return [stageNames[work.stage], ...share, ...left].join(' · ');
}
