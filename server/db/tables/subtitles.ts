declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    subtitles: 'catalog';
  }
}

/**
 * Subtitles of a title, in one language and for one purpose. They stay when it gets another video: their times count
 * from the beginning of whatever it shows.
 */
export interface SubtitlesTable {
  id: string;
  title_id: string;
  /** BCP 47. */
  language: string;
  /** What viewers choose it by; null: the name of its language. */
  label: string | null;
  /** Only what must be read to follow: signs, other languages. Shown by itself. */
  is_forced: number;
  /** For the deaf and hard of hearing: says sounds and who speaks as well. */
  is_sdh: number;
  /** 0: viewers do not get it. */
  is_on: number;
  /** The video that its times were made or last looked at for; null: there was none. */
  timed_for_asset_id: string | null;
  /** The track of an uploaded video that it was made of; null: of a file, or by hand. */
  taken_from_asset_id: string | null;
  taken_from_stream: number | null;
  /** How many cues it has, and the number that the next one gets. */
  cues: number;
  next_cue: number;
  /** Counts its changes: who changes an older one than they saw is told. */
  revision: number;
  created_at: number;
  updated_at: number;
}

/** One text of subtitles (`server/assets/subtitles/cue.ts`). */
export interface SubtitleCuesTable {
  subtitles_id: string;
  /** Its own, whatever its place: no other one ever gets it. */
  number: number;
  start_ms: number;
  end_ms: number;
  text: string;
  settings: string;
}

/** Audio tracks of a video that viewers do not get. */
export interface AudioOffTable {
  asset_id: string;
  /** As its plan numbers it: 0, 1, 2 … */
  track: number;
}

/**
 * A text track of an uploaded video that somebody wants as subtitles of a title. One row for each: who asks twice gets
 * one.
 */
export interface TextExtractionsTable {
  title_id: string;
  asset_id: string;
  /** Its index in the file. */
  stream: number;
  /** `done`: it was made; somebody may have removed the subtitles since. */
  state: 'waiting' | 'done' | 'failed';
  /** Why it failed, in words for people. */
  problem: string | null;
  /** How often it was asked for. */
  tries: number;
  updated_at: number;
}

/** What viewers get of subtitles that were changed since they were published. No row: the texts as they are. */
export interface PublishedCuesTable {
  subtitles_id: string;
  /** JSON of `Cue[]` (`server/assets/subtitles/cue.ts`). */
  cues: string;
}
