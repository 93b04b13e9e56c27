import type { Selectable, Updateable } from 'kysely';
import type { AssetsTable, VersionState, VersionsTable } from '../../db/tables/assets.ts';

/*
 * The life of a version:
 *
 *     queued -> preparing -> encoding -> playable -> complete
 *        \          \            \           \
 *         `----------`------------`-----------`----> failed (a job of it failed for good)
 *                                                    cancelled (by a person, or its asset was deleted)
 *
 * `queued`: it exists, and nobody has looked at its source yet. `preparing`: a worker probes the source and plans.
 * `encoding`: the plan is written, its chunks are encoded and packaged. `playable`: the first segments are published
 * and more are to come. `complete`, `failed` and `cancelled` are ends; the files of what is ended and not served any
 * more are removed, which `collected_at` says. A preparation that was interrupted begins again, so `preparing` may
 * follow itself.
 *
 * The life of an asset follows from its versions. It has at most one that is worked on:
 *
 *     processing -> playable -> ready        its first version grows, then is complete
 *     processing or playable -> failed       the only version it had ended early
 *                            -> cancelled
 *     failed or cancelled -> processing      it is tried again
 *     any -> deleted                         an end
 *
 * What happens to the next version of a `ready` asset leaves the asset alone until that version is complete.
 */

type AssetChange = Updateable<AssetsTable>;
type AssetRow = Pick<Selectable<AssetsTable>, 'state'>;

/** States in which a version is worked on, and from which it can be ended. */
export const activeStates: readonly VersionState[] = ['queued', 'preparing', 'encoding', 'playable'];

/** Versions that are worked on: whose chunks say something that their renditions do not yet. */
export function isActive({ state }: Pick<VersionsTable, 'state'>): boolean {
  return activeStates.includes(state);
}

/** The states from which a version may take each step. A late worker's step finds it in another one, and does nothing. */
export const startsFrom = {
  prepare: ['queued', 'preparing'],
  plan: ['preparing'],
  playable: ['encoding'],
  complete: ['encoding', 'playable'],
  fail: activeStates,
  cancel: activeStates,
  collect: ['complete', 'failed', 'cancelled'],
} as const satisfies Record<string, readonly VersionState[]>;

/** Why another version is made: because the newest one ended early, or because somebody wants it anew. */
export type NewVersionReason = 'retry' | 'reencode';

/** Whether another version may be made now. */
export function mayAddVersion(
  reason: NewVersionReason,
  newest: Pick<Selectable<VersionsTable>, 'state'> | undefined,
): boolean {
  if (reason === 'retry') return newest?.state === 'failed' || newest?.state === 'cancelled';
  return newest === undefined || !isActive(newest);
}

const noError = { error_code: null, error_message: null };

/** What becomes of an asset when another version of it is queued. */
export function assetWhenQueued({ state }: AssetRow): AssetChange {
  return state === 'failed' || state === 'cancelled' ? { state: 'processing', ...noError } : {};
}

/** What becomes of an asset when a version has its first segments: it is served unless a complete one is. */
export function assetWhenPlayable({ state }: AssetRow, versionId: string): AssetChange {
  return state === 'processing' || state === 'failed' || state === 'cancelled'
    ? { state: 'playable', current_version_id: versionId, ...noError }
    : {};
}

/** What becomes of an asset when a version is complete: new sessions play that one. */
export function assetWhenComplete({ state }: AssetRow, versionId: string): AssetChange {
  return state === 'deleted' ? {} : { state: 'ready', current_version_id: versionId, ...noError };
}

/** What becomes of an asset when a version ends early: one that has a complete version keeps serving it. */
export function assetWhenEnded(
  { state }: AssetRow,
  end: { readonly state: 'failed' | 'cancelled'; readonly error?: { readonly code: string; readonly message: string } },
): AssetChange {
  if (state !== 'processing' && state !== 'playable') return {};
  return {
    state: end.state,
    current_version_id: null,
    ...(end.error && { error_code: end.error.code, error_message: end.error.message }),
  };
}
