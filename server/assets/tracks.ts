import type { Connection, Transaction } from '../db/port.ts';
import type { Outbox } from '../outbox/port.ts';
import type { Cue } from './subtitles/cue.ts';

/** SQLite binds at most 32,766 values a statement. */
const rowsAtOnce = 1000;

/** Subtitles as they are to be published with a video. */
export interface OfferedSubtitles {
  readonly id: string;
  /** BCP 47. */
  readonly language: string;
  readonly label: string | null;
  readonly isForced: boolean;
  readonly isSdh: boolean;
  /** By their beginning. */
  readonly cues: readonly Cue[];
}

/** What the manifests of a video are to offer, besides what it was encoded into. */
export interface OfferedTracks {
  /** The asset's `tracks_revision`: no older than what is said here. */
  readonly revision: number;
  readonly subtitles: readonly OfferedSubtitles[];
  /** Audio tracks that are left out, by their number in the plan. */
  readonly audioOff: ReadonlySet<number>;
}

/**
 * Notes that a video is to offer other tracks than before; its manifests are written anew once the transaction is
 * committed. Nothing is encoded or packaged for that.
 */
export async function tracksChanged(tx: Transaction, outbox: Pick<Outbox, 'record'>, assetId: string): Promise<void> {
  const asset = await tx
    .updateTable('assets')
    .set((expression) => ({ tracks_revision: expression('tracks_revision', '+', 1) }))
    .where('id', '=', assetId)
    .returning('current_version_id')
    .executeTakeFirst();
  const versionId = asset?.current_version_id;
  if (versionId) await outbox.record(tx, 'version.tracks-changed', versionId, { assetId, versionId });
}

/** What the video's manifests are to offer now. */
export async function offeredTracks(db: Connection, assetId: string): Promise<OfferedTracks> {
  // First the revision: what changes after it is asked for again.
  const asset = await db.selectFrom('assets').select('tracks_revision').where('id', '=', assetId).executeTakeFirst();
  const rows = await db
    .selectFrom('subtitles')
    .innerJoin('titles', 'titles.id', 'subtitles.title_id')
    .select(['subtitles.id', 'language', 'label', 'is_forced', 'is_sdh'])
    .where('titles.asset_id', '=', assetId)
    .where('titles.deleted_at', 'is', null)
    .where('is_on', '=', 1)
    .orderBy('subtitles.id')
    .execute();
  const subtitles: OfferedSubtitles[] = [];
  for (const { id, language, label, is_forced: forced, is_sdh: sdh } of rows) {
    const cues = await publishedCues(db, id);
    if (cues.length > 0) subtitles.push({ id, language, label, isForced: forced === 1, isSdh: sdh === 1, cues });
  }
  return { revision: asset?.tracks_revision ?? 0, subtitles, audioOff: new Set(await audioOff(db, assetId)) };
}

/** Audio tracks of a video that viewers do not get, by their number in the plan. */
export async function audioOff(db: Connection, assetId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('audio_off')
    .select('track')
    .where('asset_id', '=', assetId)
    .orderBy('track')
    .execute();
  return rows.map(({ track }) => track);
}

/**
 * Keeps what viewers get of subtitles as it is now, whatever is changed from here on, until `publishCues`. Once more
 * changes nothing. The title must be held.
 */
export async function holdBackCues(tx: Transaction, subtitlesId: string): Promise<void> {
  if ((await heldBack(tx, [subtitlesId])).size > 0) return;
  const cues = JSON.stringify(await readCues(tx, subtitlesId));
  await tx.insertInto('published_cues').values({ subtitles_id: subtitlesId, cues }).execute();
}

/** Which of these subtitles were changed since they were published. */
export async function heldBack(db: Connection, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.selectFrom('published_cues').select('subtitles_id').where('subtitles_id', 'in', ids).execute();
  return new Set(rows.map(({ subtitles_id: id }) => id));
}

/** Viewers get the texts as they are, with the next manifests. */
export async function publishCues(tx: Transaction, subtitlesId: string): Promise<void> {
  await tx.deleteFrom('published_cues').where('subtitles_id', '=', subtitlesId).execute();
}

/** What viewers get of subtitles: the texts as they were when somebody began to work on them, or as they are. */
async function publishedCues(db: Connection, subtitlesId: string): Promise<readonly Cue[]> {
  const held = await db
    .selectFrom('published_cues')
    .select('cues')
    .where('subtitles_id', '=', subtitlesId)
    .executeTakeFirst();
  return held ? (JSON.parse(held.cues) as Cue[]) : readCues(db, subtitlesId);
}

/** All cues of subtitles, by their beginning. */
export async function readCues(db: Connection, subtitlesId: string): Promise<Cue[]> {
  const rows = await db
    .selectFrom('subtitle_cues')
    .select(['start_ms', 'end_ms', 'text', 'settings'])
    .where('subtitles_id', '=', subtitlesId)
    .orderBy('start_ms')
    .orderBy('number')
    .execute();
  return rows.map(({ start_ms: startMs, end_ms: endMs, text, settings }) => ({ startMs, endMs, text, settings }));
}

/** Adds cues, numbered from `firstNumber` on. */
export async function insertCues(
  tx: Transaction,
  subtitlesId: string,
  cues: readonly Cue[],
  firstNumber: number,
): Promise<void> {
  const rows = cues.map(({ startMs, endMs, text, settings }, index) => ({
    subtitles_id: subtitlesId,
    number: firstNumber + index,
    start_ms: startMs,
    end_ms: endMs,
    text,
    settings,
  }));
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await tx
      .insertInto('subtitle_cues')
      .values(rows.slice(at, at + rowsAtOnce))
      .execute();
}
