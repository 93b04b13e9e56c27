import { newId } from '../../server/kit/ids.ts';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import type { AssetState, VersionState } from '../../server/db/tables/assets.ts';
import type { Harness } from './harness.ts';

/** Adds an asset as uploads and the worker would leave it, with one version. */
export async function addAsset(
  api: Harness,
  ownerId: string,
  state: {
    readonly asset: AssetState;
    readonly version: VersionState;
    readonly title?: string;
    readonly error?: string;
  },
): Promise<{ readonly assetId: string; readonly versionId: string }> {
  const [uploadId, assetId, versionId, now] = [newId('upload'), newId('asset'), newId('version'), api.clock.now()];
  const error = { error_code: state.error ?? null, error_message: state.error === undefined ? null : 'A sentence.' };
  await api.db
    .insertInto('uploads')
    .values({
      id: uploadId,
      owner_id: ownerId,
      filename: 'clip.mp4',
      declared_type: 'video/mp4',
      bytes: 5,
      state: 'finished',
      storage_key: sourceKey(uploadId),
      created_at: now,
      expires_at: now,
      finished_at: now,
    })
    .execute();
  await api.db
    .insertInto('assets')
    .values({
      id: assetId,
      owner_id: ownerId,
      title: state.title ?? 'clip',
      upload_id: uploadId,
      source_key: sourceKey(uploadId),
      source_bytes: 5,
      state: state.asset,
      current_version_id: state.asset === 'playable' || state.asset === 'ready' ? versionId : null,
      media_info: null,
      ...error,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .execute();
  await addVersion(api, assetId, 1, state.version, versionId, error);
  return { assetId, versionId };
}

export async function addVersion(
  api: Harness,
  assetId: string,
  number: number,
  state: VersionState,
  id = newId('version'),
  error: { readonly error_code: string | null; readonly error_message: string | null } = {
    error_code: null,
    error_message: null,
  },
): Promise<string> {
  const now = api.clock.now();
  await api.db
    .insertInto('versions')
    .values({
      id,
      asset_id: assetId,
      number,
      state,
      plan: null,
      ...error,
      created_at: now,
      started_at: now,
      playable_at: null,
      finished_at: null,
      updated_at: now,
    })
    .execute();
  return id;
}

/** Two video renditions of 1000 frames in 4 chunks and one audio track of 40 s, as the preparation makes them. */
export async function addPlan(api: Harness, versionId: string): Promise<void> {
  const rendition = {
    version_id: versionId,
    codec: null,
    average_bandwidth: null,
    peak_bandwidth: null,
    units_packaged: 0,
    bytes: 0,
  };
  await api.db
    .insertInto('renditions')
    .values([
      {
        ...rendition,
        id: newId('rendition'),
        name: 'v360-700',
        kind: 'video',
        width: 640,
        height: 360,
        target_bandwidth: 700_000,
        units_total: 1000,
      },
      {
        ...rendition,
        id: newId('rendition'),
        name: 'v720-3000',
        kind: 'video',
        width: 1280,
        height: 720,
        target_bandwidth: 3_000_000,
        units_total: 1000,
      },
      {
        ...rendition,
        id: newId('rendition'),
        name: 'a0-128',
        kind: 'audio',
        width: null,
        height: null,
        target_bandwidth: 128_000,
        units_total: 40_000,
      },
    ])
    .execute();
  const chunk = {
    version_id: versionId,
    state: 'waiting' as const,
    units_done: 0,
    attempts: 0,
    started_at: null,
    finished_at: null,
  };
  await api.db
    .insertInto('chunks')
    .values([
      ...[0, 1, 2, 3].map((index) => ({
        ...chunk,
        kind: 'video' as const,
        index,
        first_unit: index * 250,
        units: 250,
      })),
      { ...chunk, kind: 'audio' as const, index: 0, first_unit: 0, units: 40_000 },
    ])
    .execute();
}

/** A MediaInfo as the probe stores it. */
export const mediaInfo = {
  format: 'mov,mp4,m4a,3gp,3g2,mj2',
  durationMs: 40_000.4,
  titleMs: 41_500,
  needsRemux: false,
  subtitles: [],
  video: {
    stream: 0,
    codec: 'h264',
    width: 1280,
    height: 720,
    rotation: 0,
    averageFrameRate: { num: 25, den: 1 },
    variableFrameRate: false,
    longestGapMs: 40,
    frames: 1000,
    interlaced: false,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: {},
    hdr: 'none',
  },
  audio: [
    { stream: 1, codec: 'aac', channels: 2, layout: 'stereo', sampleRate: 48_000, language: 'und', isDefault: true },
  ],
};
