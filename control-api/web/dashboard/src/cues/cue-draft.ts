import { ApiError, codeOf } from '../../../kit/api/problem.ts';
import type { CueChanges, CueReading } from '../api/tracks.ts';
import type { Cue } from '../api/types.ts';
import type { KeptUnder } from '../drafts/kept.ts';
import type { DraftStatus } from '../title/draft.ts';
import { faultOf, isSame, type CueValue, type ShownCue } from './cue-changes.ts';

/** What somebody did to a text, and what it was when they began. */
export interface CueEdit {
  /** Null: there was none. */
  readonly from: CueValue | null;
  /** Null: it is to go. */
  readonly to: CueValue | null;
  /** It was sent, and nobody knows whether it arrived: a new one may be there already. */
  readonly isSent?: boolean;
}

/** A text that somebody else has changed as well. Null: it is gone. */
interface CueConflict {
  readonly key: string;
  readonly mine: CueValue | null;
  readonly theirs: CueValue | null;
}

export interface CueDraftState {
  /** By their beginning, with what was typed and is not at the server yet. */
  readonly cues: readonly ShownCue[];
  readonly revision: number;
  readonly status: DraftStatus;
  readonly conflicts: readonly CueConflict[];
  /** Why the server did not take a text. */
  readonly refusals: ReadonlyMap<string, unknown>;
  readonly failure: unknown;
  /** Whether this browser has all that the server does not have. */
  readonly isKept: boolean;
  /** How many texts the server does not have as they are here. */
  readonly unsent: number;
}

export interface CueDraftOptions {
  readonly reading: CueReading;
  readonly kept: KeptUnder<string, CueEdit>;
  readonly durationMs: number | undefined;
  /** @throws ApiError, UnreachableError */
  readonly send: (body: CueChanges) => Promise<{ readonly revision: number; readonly changed: readonly Cue[] }>;
  readonly read: () => Promise<CueReading>;
  /** How long to wait for the next letter, in milliseconds. */
  readonly typingMs?: number;
  /** How long to wait after a failure; it doubles up to a minute. */
  readonly againMs?: number;
}

const longestAgainMs = 60_000;
const mostRebases = 5;
/** The API takes some more in one request. */
const mostAtOnce = 400;

const isPassing = (error: unknown) =>
  !(error instanceof ApiError) || error.status >= 500 || [401, 408, 425, 429].includes(error.status);

const valueOf = ({ startMs, endMs, text, settings }: CueValue): CueValue => ({ startMs, endMs, text, settings });
const isNew = (key: string) => key.startsWith('new-');

/**
 * What somebody does to the texts of subtitles: kept in the browser with each letter, sent when they pause, and put
 * together with what others changed meanwhile. A text that others changed as well waits until somebody has chosen.
 */
export class CueDraft {
  readonly #options: CueDraftOptions;
  readonly #listeners = new Set<() => void>();
  readonly #edits: Map<string, CueEdit>;
  readonly #refusals = new Map<string, unknown>();
  /** The numbers that new texts got. */
  readonly #numbers = new Map<string, string>();
  #server = new Map<string, CueValue>();
  #revision = 0;
  #status: DraftStatus = 'saved';
  #failure: unknown;
  #isKept = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isStopped = false;
  /** Whether one text is sent after the other, to find out which one is refused. */
  #oneByOne = false;
  #state: CueDraftState;

  constructor(options: CueDraftOptions) {
    this.#options = options;
    this.#edits = options.kept.read();
    this.#arrived(options.reading);
    this.#state = this.#snapshot();
    this.#next(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): CueDraftState => this.#state;

  /** What a text is called now: a new one gets a number. */
  keyNow(key: string): string {
    return this.#numbers.get(key) ?? key;
  }

  /** Changes several texts in one step; null removes. */
  edit(changes: ReadonlyMap<string, CueValue | null>): void {
    for (const [given, value] of changes) {
      const key = this.keyNow(given);
      const server = this.#server.get(key) ?? null;
      const before = this.#edits.get(key);
      const from = before ? before.from : server;
      const to = value && valueOf(value);
      this.#refusals.delete(key);
      if ((isSame(to, from) && isSame(from, server)) || (to === null && from === null && before?.isSent !== true))
        this.#drop(key);
      else this.#put(key, { from, to, ...(before?.isSent === true && { isSent: true }) });
    }
    this.#failures = 0;
    this.#next(this.#options.typingMs ?? 700);
  }

  /** Adds a text, and returns what it is called. */
  add(value: CueValue): string {
    const key = `new-${crypto.randomUUID()}`;
    this.edit(new Map([[key, value]]));
    return key;
  }

  /** Somebody has looked at both, and decided. */
  choose(key: string, whose: 'mine' | 'theirs'): void {
    const edit = this.#edits.get(key);
    if (!edit) return;
    const theirs = this.#server.get(key) ?? null;
    this.#drop(key);
    if (whose === 'mine' && theirs === null && edit.to) this.add(edit.to);
    else if (whose === 'mine') this.#put(key, { from: theirs, to: edit.to });
    this.#next(0);
  }

  /** Sends at once what waits. */
  flush(): void {
    if (this.#status !== 'waiting' && this.#status !== 'unreachable') return;
    this.#failures = 0;
    this.#next(0);
  }

  /** The revision, once the server has everything; undefined where something keeps it from that. */
  async saved(): Promise<number | undefined> {
    this.flush();
    while (this.#status === 'waiting' || this.#status === 'saving')
      await new Promise<void>((resolve) => {
        const stop = this.subscribe(() => {
          stop();
          resolve();
        });
      });
    return this.#status === 'saved' ? this.#revision : undefined;
  }

  /** Reads all of it anew. */
  async reload(): Promise<void> {
    this.#arrived(await this.#options.read());
    this.#next(this.#options.typingMs ?? 700);
  }

  /** Nothing is sent any more; what was not stays in the browser. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #put(key: string, edit: CueEdit): void {
    this.#edits.set(key, edit);
    this.#isKept = this.#options.kept.put(key, edit);
  }

  #drop(key: string): void {
    const edit = this.#edits.get(key);
    this.#edits.delete(key);
    this.#refusals.delete(key);
    if (edit) this.#options.kept.remove(key, edit.to);
  }

  /** The server has this now; what it has already is no edit any more. */
  #arrived({ cues, revision }: CueReading): void {
    this.#server = new Map(cues.map((cue) => [String(cue.number), valueOf(cue)]));
    this.#revision = revision;
    for (const [key, { to, isSent }] of this.#edits) {
      if (!isNew(key)) {
        if (isSame(this.#server.get(key) ?? null, to)) this.#drop(key);
      } else if (to === null) this.#drop(key);
      else if (isSent === true) {
        const there = cues.findLast((cue) => isSame(valueOf(cue), { ...to, text: to.text.trim() }));
        if (there) this.#became(key, String(there.number));
      }
    }
  }

  #became(key: string, number: string): void {
    this.#drop(key);
    this.#numbers.set(key, number);
  }

  #isInConflict(key: string, { from }: CueEdit): boolean {
    return !isSame(this.#server.get(key) ?? null, from);
  }

  #sendable(): ReadonlyMap<string, CueEdit> {
    const edits = [...this.#edits].filter(
      ([key, edit]) =>
        !this.#refusals.has(key) &&
        !this.#isInConflict(key, edit) &&
        (edit.to !== null || !isNew(key)) &&
        (edit.to === null || faultOf(edit.to, this.#options.durationMs) === undefined),
    );
    // Those that are new come last, as they do in the answer.
    const inOrder = [...edits.filter(([key]) => !isNew(key)), ...edits.filter(([key]) => isNew(key))];
    return new Map(inOrder.slice(0, this.#oneByOne ? 1 : mostAtOnce));
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
      for (const [key, edit] of sent) if (isNew(key)) this.#put(key, { ...edit, isSent: true });
      const changes = [...sent].map(([key, { to }]) => ({
        ...(!isNew(key) && { number: Number(key) }),
        ...(to ?? { remove: true as const }),
      }));
      this.#took(await this.#options.send({ revision: this.#revision, publish: false, changes }), sent);
      this.#failures = 0;
    } catch (error) {
      if (codeOf(error) === 'subtitles_changed' && rebases < mostRebases && (await this.#rebase())) {
        if (this.#sendable().size > 0 && !this.#isStopped) return this.#send(rebases + 1);
      } else inMs = this.#refused(error, sent);
    }
    this.#status = 'waiting';
    this.#next(inMs);
  }

  /** False when it cannot be read. */
  async #rebase(): Promise<boolean> {
    try {
      this.#arrived(await this.#options.read());
      return true;
    } catch {
      return false;
    }
  }

  #took(
    { revision, changed }: { readonly revision: number; readonly changed: readonly Cue[] },
    sent: ReadonlyMap<string, CueEdit>,
  ): void {
    this.#revision = revision;
    const answers = changed.values();
    for (const [key, { to }] of sent) {
      const answer = to === null ? undefined : answers.next().value;
      const number = answer ? String(answer.number) : key;
      if (answer) this.#server.set(number, valueOf(answer));
      else this.#server.delete(key);
      // The server may have put a text into a better form: that is no conflict.
      const now = this.#edits.get(key)?.to ?? null;
      if (number !== key) this.#became(key, number);
      else if (isSame(now, to)) this.#drop(key);
      if (!isSame(now, to)) this.#put(number, { from: answer ? valueOf(answer) : null, to: now });
    }
  }

  /** Returns how long to wait before the next attempt, in milliseconds. */
  #refused(error: unknown, sent: ReadonlyMap<string, CueEdit>): number {
    if (isPassing(error) || codeOf(error) === 'subtitles_changed') {
      this.#failure = error;
      this.#failures += 1;
      return Math.min(longestAgainMs, (this.#options.againMs ?? 2000) * 2 ** (this.#failures - 1));
    }
    if (sent.size > 1) this.#oneByOne = true;
    else for (const key of sent.keys()) this.#refusals.set(key, error);
    return 0;
  }

  #snapshot(): CueDraftState {
    const shown = new Map(this.#server);
    for (const [key, { to }] of this.#edits) {
      if (to === null) shown.delete(key);
      else shown.set(key, to);
    }
    return {
      cues: [...shown]
        .map(([key, value]) => ({ ...value, key }))
        .sort((one, other) => one.startMs - other.startMs || one.endMs - other.endMs || (one.key < other.key ? -1 : 1)),
      revision: this.#revision,
      status: this.#status,
      conflicts: [...this.#edits]
        .filter(([key, edit]) => this.#isInConflict(key, edit))
        .map(([key, { to }]) => ({ key, mine: to, theirs: this.#server.get(key) ?? null })),
      refusals: new Map(this.#refusals),
      failure: this.#failure,
      isKept: this.#isKept,
      unsent: this.#edits.size,
    };
  }

  #tell(): void {
    this.#state = this.#snapshot();
    for (const listener of this.#listeners) listener();
  }
}
