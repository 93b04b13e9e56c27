import type { TFunction } from 'i18next';
import type { AssetState, VersionState, Work } from '../api/types.ts';

/** Colours of states; their names are in the messages. */
export const assetStateColors: Record<AssetState, string> = {
  processing: 'brand',
  playable: 'blue',
  ready: 'teal',
  failed: 'red',
  cancelled: 'gray',
};

export const versionStateColors: Record<VersionState, string> = {
  queued: 'gray',
  preparing: 'brand',
  encoding: 'brand',
  playable: 'blue',
  complete: 'teal',
  failed: 'red',
  cancelled: 'gray',
};

/** Between facts of one line. */
export const separator = ' · ';

/** Whether the work goes on: neither done nor given up. */
export function isUnderWay(work: Work): boolean {
  return work.stage !== 'done' && work.stage !== 'failed' && work.stage !== 'cancelled';
}

/** "Encoding · 42% · 3 min left", "Waiting · next in line". */
export function workInWords(t: TFunction, work: Work): string {
  if (work.waitsFor === 'disk-space') return t('work.waitsForRoom');
  if (work.stage === 'queued') {
    if (work.queuePosition === null) return t('work.waiting');
    return work.queuePosition === 1 ? t('work.next') : t('work.inLine', { position: work.queuePosition });
  }
  if (!isUnderWay(work)) return t(`stages.${work.stage}`);
  if (work.fetched !== null) return t('work.fetching', { share: work.fetched });
  const knowsShare = work.stage !== 'preparing' || work.progress > 0;
  return [
    t(`stages.${work.stage}`),
    ...(knowsShare ? [t('work.share', { share: work.progress })] : []),
    ...(work.etaSeconds === null ? [] : [t('work.left', { seconds: work.etaSeconds })]),
  ].join(separator);
}
