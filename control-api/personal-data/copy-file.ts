import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DataSection } from '../personal-data.ts';

/** Changes when readers of the file would have to. */
const copyFormat = 'dramabox-data-copy-1';

export interface CopyHead {
  readonly accountId: string;
  /** ISO 8601. */
  readonly madeAt: string;
}

/**
 * The file, part by part: one JSON object that people and programs can read.
 *
 *     { "format": "dramabox-data-copy-1", "accountId": "account_…", "madeAt": "2026-11-30T12:00:00.000Z",
 *       "about": { "<section>": "<what it is, as a sentence>" },
 *       "data": { "<section>": [ … ] } }
 *
 * Every section of every feature is there, empty where there is nothing. Sections are read one after another while the
 * account goes on, so what changes meanwhile may be in one and not yet in another.
 */
export async function* copyParts(head: CopyHead, sections: readonly DataSection[]): AsyncGenerator<string, void> {
  const about = Object.fromEntries(sections.map((section) => [section.name, section.about]));
  const opened = JSON.stringify({ format: copyFormat, ...head, about }, undefined, 1);
  yield `${opened.slice(0, opened.lastIndexOf('}')).trimEnd()},\n "data": {`;
  for (const [index, { name, read }] of sections.entries()) {
    yield `${index === 0 ? '' : ','}\n  ${JSON.stringify(name)}: [`;
    let separator = '\n   ';
    for await (const things of read(head.accountId))
      for (const thing of things) {
        yield separator + JSON.stringify(thing);
        separator = ',\n   ';
      }
    yield ']';
  }
  yield '\n }\n}\n';
}

/**
 * Writes it to a local file that is not there yet. Returns its size in bytes.
 * @throws what a section throws, or the signal's reason; then the file is not whole
 */
export async function writeCopy(
  file: string,
  head: CopyHead,
  sections: readonly DataSection[],
  signal: AbortSignal,
): Promise<number> {
  await pipeline(Readable.from(copyParts(head, sections)), createWriteStream(file, { flags: 'wx', mode: 0o600 }), {
    signal,
  });
  return (await stat(file)).size;
}
