import type { Readable } from 'node:stream';
import { sourceKey } from '../assets/storage-keys.ts';
import type { GcsObjects } from './gcs-objects.ts';
import { GcsSessionGone, hasStatus } from './gcs-failures.ts';
import { beginSession, granularity, ResumableSession } from './gcs-session.ts';
import { isKeyPart } from './keys.ts';
import { InvalidKey, ObjectNotFound, type UploadStore } from './port.ts';

/** Where what is kept of uploads in hand lies. No key begins with a dot, so no listing of ours shows it. */
const uploadsFolder = '.dramabox/uploads/';
/** How long a session lives, in milliseconds. */
const sessionLifeMs = 7 * 86_400_000;

/** Bytes behind those that the session keeps: fewer than a piece of it may have. */
interface Tail {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** How an upload stands. */
type Standing =
  | { readonly state: 'unknown' }
  | { readonly state: 'finished'; readonly bytes: number }
  | {
      readonly state: 'open';
      readonly session: ResumableSession;
      /** What the session has. */
      readonly kept: number;
      /** What lies behind it. */
      readonly tail: Tail | undefined;
      /** That one, and those that the session has passed. */
      readonly tails: readonly Tail[];
    };

/**
 * Uploads as one resumable session each, whose object is the source itself: bytes are written once, and nothing is
 * there before the end. Beside it, until then:
 *
 *     .dramabox/uploads/<id>/session                the address of the session: a secret, as private as the sources
 *     .dramabox/uploads/<id>/tail-<start>-<length>  the last bytes, where they do not fill 256 KiB
 *
 * How far an upload has come is what the session says, and the tail that begins there: a process may be killed at any
 * moment. A tail has its place in its name, is never changed, and means nothing once the session is behind it.
 *
 * Composing objects of parts instead (as `@tus/gcs-store` does) writes and bills every byte twice where deleted
 * objects are kept for a while, which is Google's default, and loses the whole request when one breaks.
 */
export class GcsUploadStore implements UploadStore {
  readonly #objects: GcsObjects;

  constructor(objects: GcsObjects) {
    this.#objects = objects;
  }

  #folder(id: string): string {
    if (!isKeyPart(id)) throw new InvalidKey(`${JSON.stringify(id.slice(0, 100))} is not an upload id`);
    return `${uploadsFolder}${id}/`;
  }

  async #standing(id: string): Promise<Standing> {
    const folder = this.#folder(id);
    const [uri, tails] = await Promise.all([
      this.#objects.read(`${folder}session`).catch(ignoreMissing),
      this.#tails(id),
    ]);
    const finished = async (): Promise<Standing> => {
      const source = await this.#objects.describe(sourceKey(id));
      return source ? { state: 'finished', bytes: source.bytes } : { state: 'unknown' };
    };
    if (uri === undefined) return finished();
    const session = new ResumableSession(this.#objects.client, uri.toString());
    try {
      const progress = await session.progress();
      if (progress.state === 'finished') return progress;
      const { kept } = progress;
      const [tail] = tails.filter(({ start, end }) => start <= kept && kept < end).sort((a, b) => b.end - a.end);
      return { state: 'open', session, kept, tail, tails };
    } catch (error) {
      if (error instanceof GcsSessionGone) return finished();
      throw error;
    }
  }

  async #tails(id: string): Promise<Tail[]> {
    const tails: Tail[] = [];
    for await (const { name } of this.#objects.list(`${this.#folder(id)}tail-`)) {
      const [, start, length] = /tail-(\d+)-(\d+)$/.exec(name) ?? [];
      if (start !== undefined) tails.push({ name, start: Number(start), end: Number(start) + Number(length) });
    }
    return tails;
  }

  async begin(id: string): Promise<void> {
    const folder = this.#folder(id);
    const [session, source] = await Promise.all([
      this.#objects.describe(`${folder}session`),
      this.#objects.describe(sourceKey(id)),
    ]);
    if (session || source) return;
    const name = this.#objects.nameOf(sourceKey(id));
    // Whatever else comes to lie there meanwhile is not replaced.
    const uri = await beginSession(this.#objects.client, name, [['ifGenerationMatch', '0']]);
    // Somebody else began it at the same moment: theirs counts.
    if (!(await this.#objects.writeNew(`${folder}session`, Buffer.from(uri))))
      await new ResumableSession(this.#objects.client, uri).cancel();
  }

  async received(id: string): Promise<number | undefined> {
    const standing = await this.#standing(id);
    if (standing.state === 'unknown') return undefined;
    return standing.state === 'finished' ? standing.bytes : (standing.tail?.end ?? standing.kept);
  }

  async append(id: string, offset: number, bytes: Readable): Promise<number> {
    try {
      const standing = await this.#standing(id);
      if (standing.state === 'unknown') throw new ObjectNotFound(sourceKey(id));
      const at = standing.state === 'finished' ? standing.bytes : (standing.tail?.end ?? standing.kept);
      if (offset !== at) throw new RangeError(`The upload has ${at} bytes; it does not continue at ${offset}`);
      if (standing.state === 'finished') throw new RangeError('The upload is finished');
      return await this.#take(id, standing, bytes);
    } catch (error) {
      bytes.destroy();
      throw error;
    }
  }

  /** Sends what the stream brings, and keeps what does not fill a piece. Also what came before it broke. */
  async #take(id: string, open: Extract<Standing, { state: 'open' }>, bytes: Readable): Promise<number> {
    const piece = new Piece(open.kept, this.#objects.client.pieceBytes);
    if (open.tail) piece.add((await this.#objects.read(open.tail.name)).subarray(open.kept - open.tail.start));
    const send = async (length: number): Promise<void> => {
      const progress = await open.session.send(piece.start, piece.bytes.subarray(0, length));
      if (progress.state === 'finished') throw new RangeError('The upload is finished');
      piece.drop(progress.kept - piece.start);
    };
    const before = open.tail?.end ?? open.kept;
    let broken: { readonly error: unknown } | undefined;
    const chunks = (bytes as AsyncIterable<Buffer | string>)[Symbol.asyncIterator]();
    for (;;) {
      // Only what the stream itself fails with is a break; what the store fails with ends it all.
      const next = await chunks.next().catch((error: unknown) => {
        broken = { error };
        return { done: true, value: undefined } as const;
      });
      if (next.done) break;
      for (let rest = Buffer.from(next.value); rest.length > 0;) {
        rest = rest.subarray(piece.add(rest));
        if (piece.isFull) await send(piece.bytes.length);
      }
    }
    const whole = piece.bytes.length - (piece.bytes.length % granularity);
    if (whole > 0) await send(whole);
    const end = piece.start + piece.bytes.length;
    if (end > before) await this.#keepTail(id, piece, open.tails);
    if (broken) throw broken.error;
    return end;
  }

  async #keepTail(id: string, { start, bytes }: Piece, tails: readonly Tail[]): Promise<void> {
    const name = `${this.#folder(id)}tail-${start}-${bytes.length}`;
    if (bytes.length > 0) await this.#objects.write(name, bytes);
    const old = tails.filter((tail) => tail.name !== name);
    await Promise.all(old.map((tail) => this.#objects.delete(tail.name)));
  }

  async finish(id: string): Promise<void> {
    for (;;) {
      const standing = await this.#standing(id);
      if (standing.state === 'unknown') throw new ObjectNotFound(sourceKey(id));
      if (standing.state === 'finished' || (await this.#complete(standing))) break;
    }
    await this.#forget(id);
  }

  /** Returns false when somebody else does the same at this moment: look again. */
  async #complete({ session, kept, tail }: Extract<Standing, { state: 'open' }>): Promise<boolean> {
    const last = tail ? await this.#objects.read(tail.name).catch(ignoreMissing) : Buffer.alloc(0);
    if (last === undefined) return false;
    const bytes = tail ? last.subarray(kept - tail.start) : last;
    try {
      await session.send(kept, bytes, kept + bytes.length);
      return true;
    } catch (error) {
      // The object is there already; its session was begun twice.
      if (hasStatus(error, 412)) return true;
      if (error instanceof GcsSessionGone) return false;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const uri = await this.#objects.read(`${this.#folder(id)}session`).catch(ignoreMissing);
    if (uri !== undefined) await new ResumableSession(this.#objects.client, uri.toString()).cancel();
    await this.#objects.delete(sourceKey(id));
    await this.#forget(id);
  }

  /** Removes what lies beside it; the session's address last, so that a killed process can begin again. */
  async #forget(id: string): Promise<void> {
    const names = (await this.#tails(id)).map(({ name }) => name);
    await Promise.all(names.map((name) => this.#objects.delete(name)));
    await this.#objects.delete(`${this.#folder(id)}session`);
  }

  async *unlisted(): AsyncGenerator<string> {
    for await (const { id } of this.#groups()) if (!(await this.#objects.describe(sourceKey(id)))) yield id;
  }

  /** What lies beside uploads, by upload. */
  async *#groups(): AsyncGenerator<{ id: string; modifiedAt: number }> {
    let group: { id: string; modifiedAt: number } | undefined;
    for await (const { name, modifiedAt } of this.#objects.list(uploadsFolder)) {
      const id = name.slice(uploadsFolder.length).split('/', 1)[0] ?? '';
      if (group?.id === id) group.modifiedAt = Math.max(group.modifiedAt, modifiedAt);
      else {
        if (group) yield group;
        group = { id, modifiedAt };
      }
    }
    if (group) yield group;
  }

  /**
   * Removes what lies beside uploads that are finished, and beside those whose session has died of age: the process
   * that would have done it was killed. Returns of how many uploads.
   */
  async collectLeftovers(olderThanMs: number): Promise<number> {
    let collected = 0;
    for await (const { id, modifiedAt } of this.#groups()) {
      const age = Date.now() - modifiedAt;
      if (!isKeyPart(id) || age < olderThanMs) continue;
      const isFinished = (await this.#objects.describe(sourceKey(id))) !== undefined;
      const isDead = !isFinished && age > sessionLifeMs && (await this.received(id)) === undefined;
      if (!isFinished && !isDead) continue;
      await this.#forget(id);
      collected++;
    }
    return collected;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof ObjectNotFound)) throw error;
}

/** Bytes that wait to be sent, at their place in the upload. Memory is taken as it is needed. */
class Piece {
  start: number;
  readonly #most: number;
  #held = Buffer.allocUnsafeSlow(granularity);
  #length = 0;

  constructor(start: number, most: number) {
    this.start = start;
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#length === this.#most;
  }

  get bytes(): Buffer {
    return this.#held.subarray(0, this.#length);
  }

  /** Returns how many of them it took. */
  add(bytes: Buffer): number {
    const wanted = Math.min(this.#most, this.#length + bytes.length);
    if (wanted > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(wanted > granularity * 4 ? this.#most : granularity * 4);
      this.bytes.copy(larger);
      this.#held = larger;
    }
    const taken = bytes.copy(this.#held, this.#length, 0, wanted - this.#length);
    this.#length += taken;
    return taken;
  }

  /** Leaves the first bytes out: they were sent. */
  drop(bytes: number): void {
    this.#held.copyWithin(0, bytes, this.#length);
    this.#length -= bytes;
    this.start += bytes;
  }
}
