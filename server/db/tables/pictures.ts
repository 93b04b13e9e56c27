/** What a picture is for; each has a shape and widths of its own (`control-api/catalog/pictures/shapes.ts`). */
export type PictureKind = 'poster' | 'cover' | 'banner' | 'portrait';

/** What pictures of titles are for. */
export type TitlePictureKind = Exclude<PictureKind, 'portrait'>;

/** A picture that is there in all of its sizes and formats. */
export interface PicturesTable {
  /** 40 hex digits of the SHA-256 of what it shows and what it is for: the same twice is one picture. */
  hash: string;
  /** Of several tries to make it, the one whose files count. */
  attempt: string;
  kind: PictureKind;
  /** Pixels of the largest size. */
  width: number;
  height: number;
  /** Its mean colour, `#rrggbb`: shown until it has come. */
  colour: string;
  /** The key of its address, so that this stays the same when keys are replaced. */
  kid: string;
  created_at: number;
  /** When it was made, given again, or taken from something: one that nothing has is kept for a while from then on. */
  touched_at: number;
}

/** Which pictures titles have. */
export interface TitlePicturesTable {
  title_id: string;
  kind: TitlePictureKind;
  /** BCP 47, of those whom it is for; empty: everybody. */
  language: string;
  picture: string;
}

/** The portrait of a person of the catalogue. */
export interface PortraitsTable {
  person_id: string;
  picture: string;
}
