import { contentOfTrack } from '../../../server/assets/found-texts.ts';
import { readMediaInfo } from '../../../server/assets/media-info.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { holdForChange } from '../titles/editing.ts';
import type { SubtitleOptions } from './editing.ts';
import { findSubtitles, findTaken, wantText } from './repository.ts';
import { mostSubtitles, type TakeOver } from './schemas.ts';

/** Asking for subtitles that the uploaded video brings along. A worker reads them; the request only notes the wish. */
export class SubtitleTaking {
  readonly #options: SubtitleOptions;

  constructor(options: SubtitleOptions) {
    this.#options = options;
  }

  /**
   * What is taken or on its way is left as it is; what failed, or was removed, is asked for again.
   * @throws ProblemError not_found, conflict when the title has another video by now or the file is not kept,
   *   invalid_request
   */
  async takeOver(by: Caller, titleId: string, { assetId, stream }: TakeOver): Promise<void> {
    const { db, outbox, clock } = this.#options;
    await db.transaction().execute(async (tx) => {
      const { title } = await holdForChange(tx, by, titleId, undefined);
      if (title.asset_id !== assetId) throw new ProblemError('conflict', 'The title has another video by now.');
      const asset = await tx
        .selectFrom('assets')
        .select(['media_info', 'source_key', 'current_version_id'])
        .where('id', '=', assetId)
        .executeTakeFirst();
      const found = asset?.media_info ? readMediaInfo(asset.media_info).subtitles : [];
      const track = found.find((each) => each.stream === stream);
      if (!asset || !track) throw new ProblemError('invalid_request', `The video has no subtitles ${stream}.`);
      if (contentOfTrack(track.codec) !== 'text')
        throw new ProblemError('invalid_request', 'This track has no text: what is shown are pictures.');
      if (asset.source_key === '') throw new ProblemError('conflict', 'The uploaded file is not kept any more.');
      if (asset.current_version_id === null)
        throw new ProblemError('conflict', 'The video is not processed yet: try again when it can be played.');
      const before = (await findTaken(tx, titleId, assetId)).find((each) => each.stream === stream);
      const isUnderWay = before?.state === 'waiting' || (before?.subtitles_id ?? null) !== null;
      if (!isUnderWay) {
        if ((await findSubtitles(tx, titleId)).length >= mostSubtitles)
          throw new ProblemError('invalid_request', `A title has at most ${mostSubtitles} subtitles.`);
        await wantText(tx, { titleId, assetId, stream }, clock.now());
        await outbox.record(tx, 'version.text-wanted', asset.current_version_id, {
          assetId,
          versionId: asset.current_version_id,
        });
      }
      await by.audit.record(tx, {
        subject: titleId,
        after: { asset: assetId, stream, language: track.language, codec: track.codec },
      });
    });
    outbox.wake();
  }
}
