import type { TermKind } from './terms.ts';

declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    title: 'catalog';
  }
}

/**
 * What a **title** can be. A **series** has **seasons**, these have **episodes**; **movies** stand alone. Series and
 * movies, the **roots**, have **trailers** and **extras**.
 */
export type TitleKind = 'series' | 'season' | 'episode' | 'movie' | 'trailer' | 'extra';

/** How far staff are with a title; what viewers see of it also depends on its windows. */
export type TitleState = 'draft' | 'in_review' | 'approved' | 'published';

/** Speed presets of x264: slower ones give more quality per bit and take longer. */
export type QualityPreset =
  'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'fast' | 'medium' | 'slow' | 'slower' | 'veryslow';

/** What is watched, or holds it together, whatever video it points at. */
export interface TitlesTable {
  id: string;
  kind: TitleKind;
  /** The season of an episode, the root of everything else; null for roots. */
  parent_id: string | null;
  /** The series or movie that it belongs to: itself for roots. */
  root_id: string;
  /** Its place among those of its kind in the same parent, from 1 (a season may be 0: specials); null for roots. */
  number: number | null;
  state: TitleState;
  /** Its video; null when there is none yet, and for series and seasons. */
  asset_id: string | null;
  /** BCP 47; the language of the text that is always there. */
  original_language: string;
  /** An age in years from which on it may be watched. Null: nobody has said; for roots that means adults only. */
  maturity: number | null;
  /** Follows from its own and those of what it is a part of: the highest of them. */
  effective_maturity: number;
  /** The year in which it came out; null when nobody said. */
  year: number | null;
  /** Short side in pixels of the best picture that viewers get. Null: as what it is a part of; for roots: whatever there is. */
  top_rung: number | null;
  /** How many episodes of its first season anybody may watch; of a movie 1: it itself. Null, and for all others: none. */
  free_episodes: number | null;
  /** Speed preset of x264, and the name of a ladder of `encode.ladders`. Null: as what it is a part of; for roots: as configured. */
  quality_preset: QualityPreset | null;
  ladder: string | null;
  /** A name of `catalogue.priceClasses`. Null: as what it is a part of; for roots: the first one. */
  price_class: string | null;
  /** What viewers may skip, in milliseconds on the time line of its video: both of a kind, or neither. */
  intro_start_ms: number | null;
  intro_end_ms: number | null;
  recap_start_ms: number | null;
  recap_end_ms: number | null;
  credits_start_ms: number | null;
  credits_end_ms: number | null;
  /** Counts its changes: who changes an older one than they saw is told. */
  revision: number;
  created_at: number;
  updated_at: number;
  /** When it first was published; null before. */
  published_at: number | null;
  /** Since when it waits to be removed; null when it does not. */
  deleted_at: number | null;
}

/** What a title is called and about, in one language. */
export interface TitleTextsTable {
  title_id: string;
  /** BCP 47. */
  language: string;
  name: string;
  /** Follow from the name: what is searched, and what names are sorted by (`server/assets/title-keys.ts`). */
  name_folded: string;
  name_order: string;
  /** One line; null when nobody wrote one. */
  tagline: string | null;
  synopsis: string | null;
}

/** The addresses that things of the catalogue have, and those they had: none is ever given to another one. */
export interface SlugsTable {
  /** What it is the address of: each has addresses of its own. */
  of: 'title' | TermKind;
  slug: string;
  subject_id: string;
  /** 0: it leads to the current one. */
  is_current: number;
  created_at: number;
}

/** When staff want a title to be there. One without a row is there as long as its parent is. */
export interface ReleasesTable {
  title_id: string;
  /** ISO 3166-1 alpha-2, or `*`: every region without a row of its own. */
  region: string;
  /** Milliseconds since the epoch. */
  opens_at: number;
  /** From when on it is there no more; null: it stays. */
  closes_at: number | null;
  /** IANA name of the time zone in which staff think of these times. */
  time_zone: string;
}

/**
 * When a title is there for viewers, everything considered: its state and release, and those of what it is a part of.
 * Follows from these (`control-api/catalog/release/windows.ts`) and is written with each change of them. Nothing has
 * to happen at the moment of a release: who reads compares with the clock.
 */
export interface TitleWindowsTable {
  title_id: string;
  region: string;
  /** The title's, so that lists of a kind are read from one index. */
  kind: TitleKind;
  opens_at: number;
  /** Null: it stays. A window that never opens has no row for `*`, and closes when it opens for other regions. */
  closes_at: number | null;
}

/** Counts the changes of the catalogue: who keeps answers about it sees by it that they are old. One row. */
export interface CatalogueStateTable {
  id: 'catalogue';
  generation: number;
}

/** Titles that staff put first on the home page. */
export interface FeaturedTitlesTable {
  title_id: string;
  position: number;
}
