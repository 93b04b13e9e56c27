import { hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AuditLogTable } from '../../server/db/tables/audit.ts';

/**
 * The chain of the audit log. Each record has the next number and the hash of what it says, of its number and of the hash
 * of the record before it. So a record that is changed, removed, put in or moved no longer fits its neighbours.
 *
 * The hash is not keyed: who can write to the database can also write the chain anew from some record on. That shows in
 * a head that was noted elsewhere, which is then not in the chain.
 */

/** A record as it was written, without its place in the chain. */
export type Recorded = Omit<Selectable<AuditLogTable>, 'open_until' | 'sequence' | 'hash'>;

/** A record with its place. */
export type ChainedRecord = Recorded & { readonly sequence: number; readonly hash: string | null };

/** A place in the chain: the record that has this number has this hash. */
export interface Place {
  readonly sequence: number;
  readonly hash: string;
}

/** How a place is noted down: `<sequence>:<hash>`. */
export function wordOf({ sequence, hash: of }: Place): string {
  return `${sequence}:${of}`;
}

/** A place that was noted down; undefined when it is none. */
export function placeIn(word: string): Place | undefined {
  const [, digits, noted] = /^([1-9][0-9]{0,14}):([0-9a-f]{64})$/i.exec(word.trim()) ?? [];
  if (digits === undefined || noted === undefined) return undefined;
  return { sequence: Number(digits), hash: noted.toLowerCase() };
}

/** Begins what is hashed: another encoding would have another name. */
const encoding = 'dramabox-audit-1';

/**
 * The hash of the record at this place, in hexadecimal: SHA-256 of the UTF-8 of a JSON array without white space. It is
 * the name of the encoding, the hash of the record before (64 zeros before the first), then the number and the columns
 * of the record. `before` and `after` are JSON themselves, and stand in it as texts.
 */
export function chainHash(previousHash: string, sequence: number, record: Recorded): string {
  const { id, at, event, subject, actor, before, after, request_id, address } = record;
  const parts = [encoding, previousHash, sequence, id, at, event, subject, actor, before, after, request_id, address];
  return hash('sha256', JSON.stringify(parts), 'hex');
}

/** What can be wrong at a place of the chain. */
export const breakKinds = ['missing', 'changed', 'end_missing', 'end_added', 'beginning_unknown'] as const;
type BreakKind = (typeof breakKinds)[number] | 'head_unknown';

/** A place where the chain is broken. */
export interface ChainBreak {
  readonly kind: BreakKind;
  /** The number that is missing, or that of the record. */
  readonly sequence: number;
  /** The record at which it shows; null where there is none. */
  readonly id: string | null;
}

/** What is wrong, in a sentence for operators. */
export function breakInWords({ kind, sequence, id }: ChainBreak): string {
  const at = `${sequence}${id === null ? '' : ` (${id})`}`;
  switch (kind) {
    case 'missing':
      return `Record ${sequence} is missing: the next one is ${id}.`;
    case 'changed':
      return `Record ${at} does not follow from the one before it: one of the two was changed, or put there.`;
    case 'end_missing':
      return `Record ${sequence} is missing, and all that were chained after it.`;
    case 'end_added':
      return `Record ${at} was put behind the last one that was chained.`;
    case 'beginning_unknown':
      return `The records up to ${sequence} were removed, but the log does not say that they were removed for their age.`;
    case 'head_unknown':
      return `The chain does not have the head that was noted at ${sequence}: it was written anew since, or the noted head is older than what is kept.`;
  }
}

/** What was found on the way along the chain. */
export interface ChainReport {
  readonly checked: number;
  /** Where the way ended. */
  readonly head: Place;
  /** How many places are broken. */
  readonly breaks: number;
  readonly firstBreak: ChainBreak | undefined;
}

/**
 * Goes along the chain, record by record in the order of their numbers, and notes where it is broken. A break does not
 * end it: what comes after is looked at for itself.
 */
export class ChainWalk {
  #at: Place;
  #atId: string | null = null;
  #checked = 0;
  #breaks = 0;
  #firstBreak: ChainBreak | undefined;
  readonly #unmet: Map<string, Place>;

  /**
   * @param from the place before the first record
   * @param noted heads that must be met on the way
   */
  constructor(from: Place, noted: readonly Place[] = []) {
    this.#at = from;
    this.#unmet = new Map(noted.map((place) => [wordOf(place), place]));
    this.#meet();
  }

  /** Where it is. */
  get at(): Place {
    return this.#at;
  }

  /** Goes on to a record. */
  take(record: ChainedRecord): void {
    const { sequence, id } = record;
    const expected = this.#at.sequence + 1;
    if (sequence !== expected) this.#note({ kind: 'missing', sequence: expected, id });
    else if (record.hash !== chainHash(this.#at.hash, sequence, record)) this.#note({ kind: 'changed', sequence, id });
    this.#at = { sequence, hash: record.hash ?? '' };
    this.#atId = id;
    this.#checked += 1;
    this.#meet();
  }

  /** Goes over records that were removed for their age meanwhile. */
  skipTo(place: Place): void {
    this.#at = place;
    this.#atId = null;
    this.#meet();
  }

  /**
   * Ends it.
   * @param head the place that was chained last
   * @param besides what is wrong besides
   */
  end(head: Place, besides: readonly ChainBreak[] = []): ChainReport {
    const { sequence } = this.#at;
    if (sequence < head.sequence) this.#note({ kind: 'end_missing', sequence: sequence + 1, id: null });
    else if (sequence > head.sequence) this.#note({ kind: 'end_added', sequence, id: this.#atId });
    else if (this.#at.hash !== head.hash) this.#note({ kind: 'changed', sequence, id: this.#atId });
    for (const found of besides) this.#note(found);
    for (const noted of this.#unmet.values()) this.#note({ kind: 'head_unknown', sequence: noted.sequence, id: null });
    return { checked: this.#checked, head, breaks: this.#breaks, firstBreak: this.#firstBreak };
  }

  #meet(): void {
    this.#unmet.delete(wordOf(this.#at));
  }

  #note(found: ChainBreak): void {
    this.#breaks += 1;
    this.#firstBreak ??= found;
  }
}
