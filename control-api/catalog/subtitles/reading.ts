import { readAudioTracks } from '../../../server/assets/audio-tracks.ts';
import { readMediaInfo } from '../../../server/assets/media-info.ts';
import { writeSrt, writeWebVtt } from '../../../server/assets/subtitles/webvtt.ts';
import { audioOff, readCues, tracksChanged } from '../../../server/assets/tracks.ts';
import type { Connection } from '../../../server/db/port.ts';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { defaultPageSize } from '../../schemas.ts';
import { holdForChange } from '../titles/editing.ts';
import { noSuchTitle } from '../titles/reading.ts';
import { findTitle, type TitleRow } from '../titles/repository.ts';
import { noSuchSubtitles, type SubtitleOptions } from './editing.ts';
import { presentCue, presentSubtitles } from './presentation.ts';
import { findCues, findOne, findSubtitles } from './repository.ts';
import type { AudioTrackView, CuePage, CueQuery, SubtitlesView, SwitchAudio, TracksView } from './schemas.ts';

/** The subtitles and the audio of titles, as staff see them; and which audio viewers get. */
export class Tracks {
  readonly #options: SubtitleOptions;

  constructor(options: SubtitleOptions) {
    this.#options = options;
  }

  /** @throws ProblemError not_found */
  async of(scope: TitleScope, titleId: string): Promise<TracksView> {
    const { db } = this.#options;
    const title = await findTitle(db, scope, titleId);
    if (!title) throw noSuchTitle();
    const video = await readVideo(db, title);
    return {
      titleId,
      assetId: title.asset_id,
      audio: video?.audio ?? [],
      subtitles: (await findSubtitles(db, titleId)).map((row) => presentSubtitles(row, title.asset_id)),
      found: video?.found ?? [],
      publication: video?.publication ?? 'none',
    };
  }

  /** @throws ProblemError not_found */
  async subtitles(scope: TitleScope, id: string): Promise<SubtitlesView> {
    const { db } = this.#options;
    const row = await findOne(db, scope, id);
    const title = row && (await findTitle(db, scope, row.title_id));
    if (!title) throw noSuchSubtitles();
    return presentSubtitles(row, title.asset_id);
  }

  /** Texts by their beginning, page by page. @throws ProblemError not_found */
  async cues(
    scope: TitleScope,
    id: string,
    { cursor, fromMs = 0, limit = defaultPageSize }: CueQuery,
  ): Promise<CuePage> {
    const { db } = this.#options;
    // The revision first: who changes what they see of a newer one is refused, not the other way round.
    const row = await findOne(db, scope, id);
    if (!row) throw noSuchSubtitles();
    const [startMs = 0, number = 0] = (cursor ?? '').split('.').map(Number);
    const after = cursor === undefined ? undefined : { startMs, number };
    const found = await findCues(db, id, { after, fromMs, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(presentCue),
      nextCursor: found.length > limit && last ? `${last.start_ms}.${last.number}` : null,
      revision: row.revision,
    };
  }

  /** The whole as a file. @throws ProblemError not_found */
  async file(
    scope: TitleScope,
    id: string,
    format: 'vtt' | 'srt',
  ): Promise<{ readonly name: string; readonly text: string }> {
    const { db } = this.#options;
    const row = await findOne(db, scope, id);
    if (!row) throw noSuchSubtitles();
    const cues = await readCues(db, id);
    const kind = row.is_forced === 1 ? '.forced' : row.is_sdh === 1 ? '.sdh' : '';
    return {
      // Made of a language tag: nothing in it that a file's name must not have.
      name: `${row.language}${kind}.${format}`,
      text: format === 'srt' ? writeSrt(cues) : writeWebVtt(cues),
    };
  }

  /**
   * Says which audio tracks viewers get. One at least stays on.
   * @throws ProblemError not_found, conflict when the title has another video by now, invalid_request
   */
  async switchAudio(by: Caller, titleId: string, { assetId, off }: SwitchAudio): Promise<void> {
    const { db, outbox } = this.#options;
    await db.transaction().execute(async (tx) => {
      const { title } = await holdForChange(tx, by, titleId, undefined);
      if (title.asset_id !== assetId) throw new ProblemError('conflict', 'The title has another video by now.');
      const audio = (await readVideo(tx, title))?.audio ?? [];
      const unknown = off.find((track) => !audio.some((each) => each.track === track));
      if (unknown !== undefined) throw new ProblemError('invalid_request', `There is no audio track ${unknown}.`);
      if (audio.length > 0 && off.length === audio.length)
        throw new ProblemError('invalid_request', 'One audio track stays on.');
      await tx.deleteFrom('audio_off').where('asset_id', '=', assetId).execute();
      if (off.length > 0)
        await tx
          .insertInto('audio_off')
          .values(off.map((track) => ({ asset_id: assetId, track })))
          .execute();
      await tracksChanged(tx, outbox, assetId);
      const before = audio.filter(({ isOn }) => !isOn).map(({ track }) => track);
      await by.audit.record(tx, {
        subject: titleId,
        before: { asset: assetId, off: before.join(' ') },
        after: { asset: assetId, off: off.toSorted((a, b) => a - b).join(' ') },
      });
    });
    outbox.wake();
  }
}

interface Video extends Pick<TracksView, 'found' | 'publication'> {
  readonly audio: AudioTrackView[];
}

async function readVideo(db: Connection, { asset_id: assetId }: TitleRow): Promise<Video | undefined> {
  if (assetId === null) return undefined;
  const asset = await db
    .selectFrom('assets')
    .leftJoin('versions', 'versions.id', 'assets.current_version_id')
    .select(['media_info', 'assets.tracks_revision as wanted', 'versions.tracks_revision as published'])
    .select(['versions.plan', 'versions.state'])
    .where('assets.id', '=', assetId)
    .executeTakeFirst();
  if (!asset) return undefined;
  const off = new Set(await audioOff(db, assetId));
  const found = asset.media_info === null ? [] : readMediaInfo(asset.media_info).subtitles;
  return {
    audio:
      asset.plan === null ? [] : readAudioTracks(asset.plan).map((each) => ({ ...each, isOn: !off.has(each.track) })),
    found: found.map(({ stream, codec, language, title }) => ({ stream, codec, language, title: title ?? null })),
    publication: asset.state !== 'complete' ? 'none' : (asset.published ?? 0) >= asset.wanted ? 'published' : 'waiting',
  };
}
