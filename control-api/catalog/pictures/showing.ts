import type { Config } from '../../../config/schema.ts';
import { picturePath } from '../../../server/assets/picture-address.ts';
import type { Connection, Database } from '../../../server/db/port.ts';
import type { Keyring } from '../../../server/keys/port.ts';
import { publicBase } from '../../../server/kit/public-address.ts';
import { matchingText } from '../titles/texts.ts';
import { chainOf, picturesAlong, type Placed } from './inheritance.ts';
import { findPictures, findPortraits, findTitlePictures, type PictureRow, type TitlePictureRow } from './repository.ts';
import type { PicturesView, PictureView } from './picture-schema.ts';
import { titlePictureKinds, widthsOf } from './shapes.ts';

export interface ShowingOptions {
  readonly config: Pick<Config, 'origin' | 'server'>;
  readonly db: Database;
  readonly keyring: Keyring;
}

/** A title that shows its pictures, or those of what it is a part of; with the original language to fall back to. */
interface Pictured extends Placed {
  readonly original_language: string;
}

/**
 * Says where pictures are. Everybody who has the address may look at it, so it is told with a title that is there for the
 * reader, and to staff.
 */
export class PictureShowing {
  readonly #options: ShowingOptions;
  /** Where the origin is; empty: where the API is. */
  readonly #base: string;

  constructor(options: ShowingOptions) {
    this.#options = options;
    const { origin, server } = options.config;
    const url = origin.publicUrl || server.publicUrl;
    this.#base = url === '' ? '' : publicBase(url);
  }

  present({ hash, attempt, kid, kind, width, height, colour }: PictureRow): PictureView {
    return {
      url: this.#base + picturePath({ hash, attempt }, kid, this.#options.keyring),
      widths: [...widthsOf(kind, width)],
      width,
      height,
      placeholder: colour,
    };
  }

  /** Of each title that has any, or is a part of one that has, those in the language of the reader. */
  async ofTitles(
    titles: readonly Pictured[],
    languages: readonly string[],
    db: Connection = this.#options.db,
  ): Promise<ReadonlyMap<string, PicturesView>> {
    const rows = await findTitlePictures(db, [...new Set(titles.flatMap(chainOf))]);
    const byTitle = Map.groupBy(rows, ({ title_id }) => title_id);
    const chosen = titles.map((title) => {
      const shown = picturesAlong(
        title,
        chainOf(title).flatMap((id) => byTitle.get(id) ?? []),
      );
      return {
        id: title.id,
        rows: titlePictureKinds.flatMap((kind) => {
          const ofKind = shown.filter((row) => row.kind === kind);
          return forReader(ofKind, languages, title.original_language) ?? [];
        }),
      };
    });
    const pictures = await findPictures(db, [
      ...new Set(chosen.flatMap((each) => each.rows.map(({ picture }) => picture))),
    ]);
    return new Map(
      chosen.map(({ id, rows: shown }) => {
        const entries = shown.flatMap(({ kind, picture }) => {
          const row = pictures.get(picture);
          return row ? [[kind, this.present(row)]] : [];
        });
        return [id, Object.fromEntries(entries) as PicturesView];
      }),
    );
  }

  /** Of each person who has one, as a part of what is said of them. */
  async portraits(personIds: readonly string[]): Promise<ReadonlyMap<string, { readonly portrait: PictureView }>> {
    const { db } = this.#options;
    const portraits = await findPortraits(db, personIds);
    const pictures = await findPictures(db, [...new Set(portraits.values())]);
    return new Map(
      [...portraits].flatMap(([id, hash]) => {
        const row = pictures.get(hash);
        return row ? [[id, { portrait: this.present(row) }] as const] : [];
      }),
    );
  }
}

/**
 * The picture for somebody: in the first of their languages that there is, else the one for everybody, else that of the
 * original language, else any: a poster in another language is better than none.
 */
function forReader<T extends Pick<TitlePictureRow, 'language'>>(
  rows: readonly T[],
  languages: readonly string[],
  original: string,
): T | undefined {
  const named = rows.filter(({ language }) => language !== '');
  return (
    matchingText(named, languages) ??
    rows.find(({ language }) => language === '') ??
    matchingText(named, [original]) ??
    rows[0]
  );
}
