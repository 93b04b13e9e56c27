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
