import type { Generated } from 'kysely';
import type { QualityPreset } from './titles.ts';

declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    asset: 'assets';
    version: 'assets';
    rendition: 'assets';
  }
}

/**
 * An **upload** is bytes arriving by tus. Finished, it becomes the source of one **asset** (a title's video).
 * Processing an asset makes a **version**: one complete set of **renditions** (video and audio encodings) cut into
 * **chunks** for encoding and segments for delivery. The asset points at the version that is served.
 *
 * Life of an asset: `processing` until its first version is playable, then `playable` (that version still grows),
 * then `ready`. `failed` and `cancelled` mean that no version can be played; `deleted` waits for collection. A
 * re-encoding of a ready asset leaves it `ready`: only its newest version shows the work.
 */
export type AssetState = 'processing' | 'playable' | 'ready' | 'failed' | 'cancelled' | 'deleted';

/** The video of a title, whatever version of it is served. */
export interface AssetsTable {
  id: string;
  owner_id: string;
  title: string;
  /** Follow from the title: what is searched, and what titles are sorted by (`server/assets/title-keys.ts`). */
  title_folded: string;
  title_order: string;
  /** Unique: finishing an upload twice makes one asset. */
  upload_id: string;
  source_key: string;
  source_bytes: number;
  state: AssetState;
  /** The version that new playback sessions get. */
  current_version_id: string | null;
  /** Probed MediaInfo as JSON. */
  media_info: string | null;
  /** Of picture and sound together, for sorting; 0 until it was probed. */
  duration_ms: number;
  /** Counts the changes of what its manifests are to offer: subtitles, and which tracks are on. */
  tracks_revision: Generated<number>;
  error_code: string | null;
  error_message: string | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/**
 * Life of a version: `queued` -> `preparing` -> `encoding` -> (`playable`: first segments are published, more to
 * come) -> `complete`. `failed` and `cancelled` end it early. Once its files are gone, `collected_at` says since when.
 */
export type VersionState = 'queued' | 'preparing' | 'encoding' | 'playable' | 'complete' | 'failed' | 'cancelled';

/** One processing of an asset. */
export interface VersionsTable {
  id: string;
  asset_id: string;
  /** 1, 2, 3 … within the asset. */
  number: number;
  state: VersionState;
  /** EncodingPlan as JSON, written by the preparation. */
  plan: string | null;
  error_code: string | null;
  error_message: string | null;
  created_at: number;
  started_at: number | null;
  playable_at: number | null;
  finished_at: number | null;
  /** The preset and ladder that its title asked for and that it was planned with; null: as configured. */
  quality_preset: QualityPreset | null;
  ladder: string | null;
  /** When its files were removed. */
  collected_at: number | null;
  /** A part of its work was put off for want of disk space, and will have been tried again by then. */
  waits_for_room_until: number | null;
  /** How much of its source was fetched to be examined, in thousandths; said again before `fetching_until`, or it is over. */
  fetched_permille: number | null;
  fetching_until: number | null;
  /** The `tracks_revision` of its asset that its manifests show, or a newer one. */
  tracks_revision: Generated<number>;
  updated_at: number;
}

/** What a version lost or guessed (`server/assets/warnings.ts`). */
export interface WarningsTable {
  version_id: string;
  code: string;
  /** The part of the title that it was found in; unique with version and code. */
  about: string;
  /** By name, as JSON. */
  parameters: string;
  /** What is added up over the parts. */
  amount: number;
  /** Of what the least over the parts is shown. */
  least: number | null;
}

/** One encoding inside a version, with what was measured of it. */
export interface RenditionsTable {
  id: string;
  version_id: string;
  /** Unique within the version; also its folder, e.g. `v720-3000`, `a1-128`. */
  name: string;
  kind: 'video' | 'audio';
  /** Codec string of RFC 6381 once known, e.g. `avc1.640028`. */
  codec: string | null;
  /** Pixels; null for audio. */
  width: number | null;
  height: number | null;
  /** 1, 2 or 6 (5.1); null for video. */
  channels: number | null;
  /** Bit rates in bits per second: the cap from the ladder, then what was measured. */
  target_bandwidth: number;
  average_bandwidth: number | null;
  peak_bandwidth: number | null;
  /** Video frames, or audio milliseconds, in all and packaged so far. */
  units_total: number;
  units_packaged: number;
  bytes: number;
}

/** A unit of encoding: a range of output frames for video (all renditions at once), a whole track for audio. */
export interface ChunksTable {
  version_id: string;
  kind: 'video' | 'audio';
  /** Chunk number, or track number for audio. */
  index: number;
  state: 'waiting' | 'encoding' | 'done';
  /** First output frame and frames in all; for audio 0 and milliseconds. */
  first_unit: number;
  units: number;
  /** Progress of the try in hand. */
  units_done: number;
  attempts: number;
  started_at: number | null;
  finished_at: number | null;
}

/** A picture of a version, taken from one of its video chunks (see server/assets/stills.ts). */
export interface StillsTable {
  version_id: string;
  chunk: number;
  /** On the title's time line, in milliseconds. */
  at_ms: number;
  width: number;
  height: number;
  /** In thousandths. */
  score: number;
  fingerprint: string;
}
