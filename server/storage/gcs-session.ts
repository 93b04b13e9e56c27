import type { GcsClient } from './gcs-client.ts';
import { GcsDamaged, GcsSessionGone, hasStatus } from './gcs-failures.ts';

/** Pieces that are not the last must be a multiple of this, in bytes. */
export const granularity = 256 * 1024;

/** How far a session has come: bytes that are kept, or the object that it has become. */
export type Progress =
  { readonly state: 'open'; readonly kept: number } | { readonly state: 'finished'; readonly bytes: number };

/**
 * Begins a resumable session for a new object and returns its address: a secret that lets anybody write this object,
 * for a week. @param query conditions, looked at when the object is made
 */
export async function beginSession(
  client: GcsClient,
  name: string,
  query: readonly (readonly [string, string])[] = [],
): Promise<string> {
  return client.attempt(async () => {
    const answer = await client.send({
      method: 'POST',
      url: client.uploadUrl,
      query: [...query, ['uploadType', 'resumable'], ['name', name]],
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{}'),
    });
    await answer.done();
    const uri = answer.headers.get('location');
    if (uri === null) throw new GcsDamaged('A resumable session was begun without an address');
    return uri;
  });
}

/** A resumable session: the bytes of one object, sent in pieces, over days and processes. */
export class ResumableSession {
  readonly #client: GcsClient;
  readonly #uri: string;

  /** @param uri a secret: it lets anybody write */
  constructor(client: GcsClient, uri: string) {
    this.#client = client;
    this.#uri = uri;
  }

  /** Asks how far it has come. @throws GcsSessionGone */
  progress(): Promise<Progress> {
    return this.#client.attempt(() => this.#ask());
  }

  async #ask(): Promise<Progress> {
    return this.#put('bytes */*');
  }

  /**
   * Sends bytes that belong at `from`, and again what of them was not kept. Without `total` their number must be a
   * multiple of `granularity`; with it they are the last.
   * @param hash `md5=...` of the whole object in base64: it is not made when it is another one
   * @throws GcsSessionGone; Error when the object was made by others meanwhile (status 412)
   */
  async send(from: number, bytes: Buffer, total?: number, hash?: string): Promise<Progress> {
    const patience = this.#client.patience();
    const end = from + bytes.length;
    let kept = from;
    let isKnown = true;
    for (;;) {
      try {
        const progress = isKnown
          ? await this.#piece(kept, bytes.subarray(kept - from), total, hash)
          : await this.#ask();
        isKnown = true;
        if (progress.state === 'finished') return progress;
        if (progress.kept < from)
          throw new Error(
            'Google Cloud Storage lost bytes of an upload that it had confirmed: the upload must begin anew',
          );
        if (progress.kept > kept) patience.progressed();
        kept = progress.kept;
        if (kept >= end && total === undefined) return progress;
      } catch (error) {
        if (error instanceof GcsSessionGone || hasStatus(error, 412)) throw error;
        await patience.failed(error);
        // How much of it arrived is not known.
        isKnown = false;
      }
    }
  }

  async #piece(at: number, bytes: Buffer, total: number | undefined, hash: string | undefined): Promise<Progress> {
    const range = bytes.length === 0 ? '*' : `${at}-${at + bytes.length - 1}`;
    const progress = await this.#put(`bytes ${range}/${total ?? '*'}`, bytes, hash);
    // Seen once in some million pieces: an answer that names no range. https://github.com/googleapis/google-cloud-cpp/pull/7877
    return progress.state === 'open' && progress.kept === 0 && at > 0 ? this.#ask() : progress;
  }

  async #put(range: string, body: Buffer = Buffer.alloc(0), hash?: string): Promise<Progress> {
    const answer = await this.#client
      .send({
        method: 'PUT',
        url: this.#uri,
        headers: { 'content-range': range, ...(hash !== undefined && { 'x-goog-hash': hash }) },
        body,
        isSecret: true,
        expected: [308],
      })
      .catch((error: unknown) => {
        throw hasStatus(error, 404, 410, 499) ? new GcsSessionGone('The upload has expired or was given up') : error;
      });
    if (answer.status !== 308) {
      const { size } = JSON.parse(await answer.text()) as { size: string };
      return { state: 'finished', bytes: Number(size) };
    }
    await answer.done();
    const last = /^bytes=0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1];
    return { state: 'open', kept: last === undefined ? 0 : Number(last) + 1 };
  }

  /** Gives it up: what it holds is gone. Giving up what is over already succeeds. */
  async cancel(): Promise<void> {
    await this.#client.attempt(async () => {
      const answer = await this.#client.send({
        method: 'DELETE',
        url: this.#uri,
        isSecret: true,
        // 499 is how a success is called here.
        expected: [400, 404, 410, 499],
      });
      await answer.done();
    });
  }
}
