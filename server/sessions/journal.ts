import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFileSync } from '../kit/atomic-file.ts';
import type { PlaybackSession } from './port.ts';

/** What happened to a session, one JSON line each. */
export type SessionRecord = { readonly started: PlaybackSession } | { readonly ended: string; readonly until: number };

/** The file is written anew after so many lines, or as many as it then had, so that the work per line stays the same. */
const rewriteAfterLines = 10_000;

/**
 * The sessions of a process on disk, so that those of before a restart can still be listed and ended, and those that
 * were ended stay so. Written without waiting for the disk: it survives a killed process, not a lost power supply.
 */
export class SessionJournal {
  readonly #file: string;
  #descriptor: number | undefined;
  #lines = 0;
  #linesKept = 0;
  #torn = false;

  /** @param file made, with its folder, when there is none */
  constructor(file: string) {
    this.#file = file;
  }

  /** What is written, in order. A last line that a kill cut off is left out. */
  read(): SessionRecord[] {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new Error(`The session journal ${this.#file} cannot be read`, { cause: error });
    }
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as SessionRecord];
      } catch {
        return [];
      }
    });
  }

  append(record: SessionRecord): void {
    this.#descriptor ??= openSync(this.#file, 'a', 0o600);
    // A line that a full disk cut off must not swallow the next one.
    const line = `${this.#torn ? '\n' : ''}${JSON.stringify(record)}\n`;
    this.#torn = true;
    writeFileSync(this.#descriptor, line);
    this.#torn = false;
    this.#lines += 1;
  }

  /** Whether so much was written since the file was last written anew that it is time to do so again. */
  get isLong(): boolean {
    return this.#lines >= Math.max(rewriteAfterLines, this.#linesKept);
  }

  /** Replaces everything, as one step. */
  rewrite(records: readonly SessionRecord[]): void {
    this.close();
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    replaceFileSync(this.#file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    this.#lines = 0;
    this.#linesKept = records.length;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
