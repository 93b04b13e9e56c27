import { createHash, randomUUID } from 'node:crypto';
import { readWhole } from './gcs-download.ts';
import type { GcsClient } from './gcs-client.ts';
import { hasStatus, isMissingObject } from './gcs-failures.ts';
import { beginSession, ResumableSession } from './gcs-session.ts';
import { ObjectNotFound } from './port.ts';

/** What a listing or a look-up tells of an object. */
export interface Described {
  /** Without the prefix of this storage. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Another number for each time that the object was written. */
  readonly generation: string;
}

/** One page of a listing: what Google gives at most. */
const pageSize = 1000;

/** Objects by name below the prefix of this storage. Names are not checked here: some of them are our own. */
export class GcsObjects {
  readonly client: GcsClient;
  readonly #prefix: string;

  constructor(client: GcsClient, prefix: string) {
    this.client = client;
    this.#prefix = prefix;
  }

  /** The name in the bucket. */
  nameOf(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** Reads an object whole, in one request. @throws ObjectNotFound */
  async read(name: string, signal?: AbortSignal): Promise<Buffer> {
    return readWhole(this.client, this.nameOf(name), signal).catch((error: unknown) => {
      throw missingAs(name, error);
    });
  }

  async describe(name: string, signal?: AbortSignal): Promise<Described | undefined> {
    try {
      return this.#described(await this.#resource(name, signal));
    } catch (error) {
      if (isMissingObject(error)) return undefined;
      throw error;
    }
  }

  #resource(name: string, signal?: AbortSignal): Promise<ObjectResource> {
    const fields = 'name,size,generation,timeCreated,metadata';
    return this.client.json(this.client.objectUrl(this.nameOf(name)), [['fields', fields]], signal);
  }

  /** Writes an object whole: not at all, unless all of its bytes arrive as they are here. */
  async write(name: string, body: Buffer): Promise<void> {
    if (body.length > this.client.pieceBytes) await this.#writeLarge(name, body);
    else await this.client.attempt(() => this.#writeOnce(name, body));
  }

  /** Writes an object unless there is one; says whether it did. */
  async writeNew(name: string, body: Buffer): Promise<boolean> {
    // By it we know our own object again when the answer to a first attempt was lost.
    const writer = randomUUID();
    return this.client.attempt(async (attempt) => {
      try {
        await this.#writeOnce(name, body, { metadata: { writer } }, [['ifGenerationMatch', '0']]);
        return true;
      } catch (error) {
        if (!hasStatus(error, 412)) throw error;
        if (attempt === 1) return false;
        const { metadata } = await this.#resource(name);
        return metadata?.['writer'] === writer;
      }
    });
  }

  async #writeOnce(
    name: string,
    body: Buffer,
    more: object = {},
    conditions: readonly (readonly [string, string])[] = [],
  ): Promise<void> {
    const boundary = randomUUID();
    const metadata = {
      name: this.nameOf(name),
      contentType: 'application/octet-stream',
      md5Hash: createHash('md5').update(body).digest('base64'),
      ...more,
    };
    const head = `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
    const answer = await this.client.send({
      method: 'POST',
      url: this.client.uploadUrl,
      query: [...conditions, ['uploadType', 'multipart']],
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      body: Buffer.concat([Buffer.from(head), body, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    });
    await answer.done();
  }

  async #writeLarge(name: string, body: Buffer): Promise<void> {
    let at = 0;
    await this.writeStreamed(name, body.length, async () => {
      const piece = body.subarray(at, at + this.client.pieceBytes);
      at += piece.length;
      return piece;
    });
  }

  /**
   * Writes an object of a size that is known, piece by piece: in a session that is given up when anything fails.
   * @param next brings the next piece: `client.pieceBytes`, the last one what is left
   */
  async writeStreamed(name: string, size: number, next: () => Promise<Buffer>): Promise<void> {
    const session = new ResumableSession(this.client, await beginSession(this.client, this.nameOf(name)));
    const hash = createHash('md5');
    try {
      for (let at = 0; at < size;) {
        const piece = await next();
        hash.update(piece);
        const end = at + piece.length;
        if (end < size) await session.send(at, piece);
        else await session.send(at, piece, size, `md5=${hash.digest('base64')}`);
        at = end;
      }
    } catch (error) {
      // What cannot be given up dies within a week, and costs nothing until then.
      await session.cancel().catch(() => undefined);
      throw this.client.explain(error);
    }
  }

  /**
   * Every object whose name starts with `prefix`, in the order of the bytes of their names.
   * @param startOffset none before this name
   */
  async *list(prefix: string, startOffset?: string): AsyncGenerator<Described> {
    for await (const { files } of this.#pages({ prefix, startOffset })) yield* files;
  }

  /** The folders directly below `prefix`, as prefixes that end in `/`, in order. */
  async *listPrefixes(prefix: string, startOffset?: string): AsyncGenerator<string> {
    for await (const { prefixes } of this.#pages({ prefix, startOffset, delimiter: '/' })) yield* prefixes;
  }

  async *#pages(what: {
    readonly prefix: string;
    readonly startOffset: string | undefined;
    readonly delimiter?: string;
  }): AsyncGenerator<{ files: Described[]; prefixes: string[] }> {
    const { prefix, startOffset, delimiter } = what;
    const query = [
      ['prefix', this.nameOf(prefix)],
      ['maxResults', String(pageSize)],
      ['fields', 'items(name,size,generation,timeCreated),prefixes,nextPageToken'],
      ...(startOffset === undefined ? [] : [['startOffset', this.nameOf(startOffset)] as const]),
      ...(delimiter === undefined ? [] : [['delimiter', delimiter] as const]),
    ] as const;
    let next: string | undefined;
    do {
      const page: ListPage = await this.client.json(`${this.client.bucketUrl}/o`, [
        ...query,
        ...(next === undefined ? [] : [['pageToken', next] as const]),
      ]);
      yield {
        files: (page.items ?? []).map((item) => this.#described(item)),
        prefixes: (page.prefixes ?? []).map((each) => each.slice(this.#prefix.length)),
      };
      next = page.nextPageToken;
    } while (next !== undefined);
  }

  /** Deletes an object. Deleting what is not there succeeds. */
  async delete(name: string): Promise<void> {
    await this.client.attempt(async () => {
      try {
        const answer = await this.client.send({ method: 'DELETE', url: this.client.objectUrl(this.nameOf(name)) });
        await answer.done();
      } catch (error) {
        if (!isMissingObject(error)) throw error;
      }
    });
  }

  #described({ name = '', size, generation, timeCreated = '' }: ObjectResource): Described {
    return {
      name: name.slice(this.#prefix.length),
      bytes: Number(size),
      modifiedAt: Date.parse(timeCreated),
      generation: String(generation),
    };
  }
}

/** What Google says about an object, as far as it is asked for. */
interface ObjectResource {
  readonly name?: string;
  readonly size?: string | number;
  readonly generation?: string | number;
  /** When this generation was written. */
  readonly timeCreated?: string;
  /** Our own notes. */
  readonly metadata?: Readonly<Record<string, string>>;
}

interface ListPage {
  readonly items?: readonly ObjectResource[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

/** A failure as `ObjectNotFound` where it is that. */
export function missingAs(key: string, error: unknown): Error {
  return isMissingObject(error) ? new ObjectNotFound(key) : (error as Error);
}
