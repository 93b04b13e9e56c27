import { ApiError, codeOf } from '../../../kit/api/problem.ts';
import type { TitleChange } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { changeOf, groupOf, textOf, valueIn, wrongWith, type Field, type Value } from './fields.ts';
import type { Edit, KeptEdits } from './kept-edits.ts';

/**
 * `waiting`: to be sent in a moment; `unreachable`: tried again by itself; `stuck`: what is left waits for somebody to
 * put something right.
 */
export type DraftStatus = 'saved' | 'waiting' | 'saving' | 'unreachable' | 'stuck';

/** A field that somebody else has changed as well. */
interface Conflict {
  readonly field: Field;
  readonly mine: Value;
  readonly theirs: Value;
}

/** A draft as it is at a moment. */
export interface DraftState {
  readonly title: CatalogueTitle;
  readonly edits: ReadonlyMap<Field, Edit>;
  readonly status: DraftStatus;
  readonly conflicts: readonly Conflict[];
  /** Why the server did not take what is in a field. */
  readonly refusals: ReadonlyMap<Field, unknown>;
  /** Why nothing could be sent; undefined when nothing is known to be wrong. */
  readonly failure: unknown;
  /** Whether this browser has all that the server does not have. */
  readonly isKept: boolean;
}

export interface DraftOptions {
  readonly title: CatalogueTitle;
  readonly kept: KeptEdits;
  /** Changes the title. @throws ApiError, UnreachableError */
  readonly send: (change: TitleChange) => Promise<CatalogueTitle>;
  /** The title as it is now. */
  readonly read: () => Promise<CatalogueTitle>;
  /** How long to wait for the next letter, in milliseconds. */
  readonly typingMs?: number;
  /** How long to wait after a failure; it doubles up to a minute. */
  readonly againMs?: number;
}

const longestAgainMs = 60_000;
/** Somebody else may be typing as well: each of their changes makes ours an old one. */
const mostRebases = 5;
/** The field that a refusal is about. */
const fieldsOfCodes: Readonly<Record<string, Field>> = {
  slug_taken: 'slug',
  number_taken: 'number',
  asset_taken: 'assetId',
  ladder_unknown: 'ladder',
  price_class_unknown: 'priceClass',
};

const isPassing = (error: unknown) =>
  !(error instanceof ApiError) || error.status >= 500 || [401, 408, 425, 429].includes(error.status);

/**
 * What somebody types about a title: kept in the browser with each letter, sent when they pause, and put together with
 * what others changed meanwhile. A field that others changed as well waits until somebody has chosen.
 */
export class TitleDraft {
  readonly #options: DraftOptions;
  readonly #listeners = new Set<() => void>();
  readonly #edits: Map<Field, Edit>;
  readonly #refusals = new Map<Field, unknown>();
  #title: CatalogueTitle;
  #status: DraftStatus = 'saved';
  #failure: unknown;
  #isKept = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isStopped = false;
  /** Whether one group of fields is sent after the other, to find out which one is refused. */
  #oneByOne = false;
  #state: DraftState;

  constructor(options: DraftOptions) {
    this.#options = options;
    this.#title = options.title;
    this.#edits = options.kept.read();
    this.#settle();
    this.#state = this.#snapshot();
    this.#next(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): DraftState => this.#state;

  /** What stands in a field. */
  value(field: Field): Value {
    const edit = this.#edits.get(field);
    return edit ? edit.to : valueIn(this.#title, field);
  }

  edit(field: Field, to: Value): void {
    const from = this.#edits.get(field)?.from ?? valueIn(this.#title, field);
    this.#refusals.delete(field);
    if (to === from && from === valueIn(this.#title, field)) this.#drop(field);
    else this.#put(field, { from, to });
    this.#failures = 0;
    this.#next(this.#options.typingMs ?? 700);
  }

  /** Takes a text out, with what was typed into it. */
  removeText(language: string): void {
    for (const field of this.#edits.keys()) if (textOf(field)?.language === language) this.#drop(field);
    const field: Field = `text.${language}.removed`;
    if (valueIn(this.#title, field) === false) this.edit(field, true);
    else this.#next(0);
  }

  /** The server has this now. */
  arrived(title: CatalogueTitle): void {
    // Answers may overtake each other.
    if (title.revision < this.#title.revision || title === this.#title) return;
    this.#title = title;
    this.#settle();
    this.#next(this.#options.typingMs ?? 700);
  }

  /** Somebody has looked at both, and decided. */
  choose(field: Field, whose: 'mine' | 'theirs'): void {
    const edit = this.#edits.get(field);
    if (!edit) return;
    if (whose === 'theirs') this.#drop(field);
    else this.#put(field, { from: valueIn(this.#title, field), to: edit.to });
    this.#next(0);
  }

  /** Sends at once what waits. */
  flush(): void {
    if (this.#status === 'waiting' || this.#status === 'unreachable') this.#next(0);
  }

  /** Nothing is sent any more; what was not stays in the browser. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #put(field: Field, edit: Edit): void {
    this.#edits.set(field, edit);
    this.#isKept = this.#options.kept.put(field, edit);
  }

  #drop(field: Field): void {
    const edit = this.#edits.get(field);
    this.#edits.delete(field);
    this.#refusals.delete(field);
    if (edit) this.#options.kept.remove(field, edit.to);
  }

  /** What the server has already is no edit any more. */
  #settle(): void {
    for (const [field, { to }] of this.#edits) if (valueIn(this.#title, field) === to) this.#drop(field);
  }

  #isInConflict(field: Field, { from }: Edit): boolean {
    return valueIn(this.#title, field) !== from;
  }

  /** What can be sent: nobody has to put anything right first. */
  #sendable(): Map<Field, Value> {
    const values = new Map<Field, Value>();
    for (const [field, edit] of this.#edits) {
      if (this.#refusals.has(field) || this.#isInConflict(field, edit)) continue;
      if (wrongWith(field, edit.to) !== undefined) continue;
      const text = textOf(field);
      // A text is sent with its name.
      if (text && text.part !== 'removed' && this.#nameFor(text.language) === '') continue;
      values.set(field, edit.to);
    }
    if (!this.#oneByOne) return values;
    const [first] = values.keys();
    return new Map([...values].filter(([field]) => first !== undefined && groupOf(field) === groupOf(first)));
  }

  /** The name that a text is sent with: what is typed, if it can be sent, else what the server has. */
  #nameFor(language: string): string {
    const field: Field = `text.${language}.name`;
    const edit = this.#edits.get(field);
    const isSent =
      edit && wrongWith(field, edit.to) === undefined && !this.#isInConflict(field, edit) && !this.#refusals.has(field);
    const name = isSent ? edit.to : valueIn(this.#title, field);
    return typeof name === 'string' ? name : '';
  }

  #next(inMs: number): void {
    clearTimeout(this.#timer);
    // What is typed meanwhile is sent when the answer is there.
    if (this.#status === 'saving') return this.#tell();
    if (this.#edits.size === 0) {
      this.#status = 'saved';
      this.#oneByOne = false;
    } else if (this.#sendable().size === 0) this.#status = 'stuck';
    else {
      this.#status = this.#failures > 0 ? 'unreachable' : 'waiting';
      if (!this.#isStopped) this.#timer = setTimeout(() => void this.#send(), inMs);
    }
    if (this.#status !== 'unreachable') this.#failure = undefined;
    this.#tell();
  }

  async #send(rebases = 0): Promise<void> {
    const sent = this.#sendable();
    this.#status = 'saving';
    this.#tell();
    let inMs = 0;
    try {
      const change = changeOf(this.#title.revision, sent, (language) => this.#nameFor(language));
      this.#took(await this.#options.send(change), sent);
      this.#failures = 0;
    } catch (error) {
      if (codeOf(error) === 'title_changed' && rebases < mostRebases && (await this.#rebase())) {
        if (this.#sendable().size > 0 && !this.#isStopped) return this.#send(rebases + 1);
      } else inMs = this.#refused(error, sent);
    }
    this.#status = 'waiting';
    this.#next(inMs);
  }

  /** Reads the title anew. False when it cannot be read. */
  async #rebase(): Promise<boolean> {
    try {
      this.#title = await this.#options.read();
      this.#settle();
      return true;
    } catch {
      return false;
    }
  }

  #took(title: CatalogueTitle, sent: ReadonlyMap<Field, Value>): void {
    this.#title = title;
    for (const [field, value] of sent) {
      const edit = this.#edits.get(field);
      // The server may have put a text into a better form: that is no conflict.
      if (edit?.to === value) this.#drop(field);
      else if (edit) this.#put(field, { from: valueIn(title, field), to: edit.to });
    }
  }

  /** Returns how long to wait before the next attempt, in milliseconds. */
  #refused(error: unknown, sent: ReadonlyMap<Field, Value>): number {
    if (isPassing(error) || codeOf(error) === 'title_changed') {
      this.#failure = error;
      this.#failures += 1;
      return Math.min(longestAgainMs, (this.#options.againMs ?? 2000) * 2 ** (this.#failures - 1));
    }
    const named = fieldsOfCodes[codeOf(error) ?? ''];
    const groups = new Set([...sent.keys()].map(groupOf));
    if (named !== undefined && sent.has(named)) this.#refusals.set(named, error);
    else if (groups.size > 1) this.#oneByOne = true;
    else for (const field of sent.keys()) this.#refusals.set(field, error);
    return 0;
  }

  #snapshot(): DraftState {
    return {
      title: this.#title,
      edits: new Map(this.#edits),
      status: this.#status,
      conflicts: [...this.#edits]
        .filter(([field, edit]) => this.#isInConflict(field, edit))
        .map(([field, { to }]) => ({ field, mine: to, theirs: valueIn(this.#title, field) })),
      refusals: new Map(this.#refusals),
      failure: this.#failure,
      isKept: this.#isKept,
    };
  }

  #tell(): void {
    this.#state = this.#snapshot();
    for (const listener of this.#listeners) listener();
  }
}
