import { Readable } from 'node:stream';
import { checkerOf, type GcsClient } from './gcs-client.ts';
import { GcsDamaged, GcsUnreachable, hasStatus } from './gcs-failures.ts';
import { ObjectReplaced } from './port.ts';

/** Which bytes of which object. */
export interface Wanted {
  readonly name: string;
  readonly start?: number;
  /** Inclusive. */
  readonly end?: number;
  /** Only this generation will do. */
  readonly generation?: string;
}

/** Reads an object whole: one request, one buffer, compared with its hash. Damaged or cut, it is read again. */
export async function readWhole(client: GcsClient, name: string, signal?: AbortSignal): Promise<Buffer> {
  return client.attempt(async () => {
    const answer = await client.send({ method: 'GET', url: client.objectUrl(name), query: [['alt', 'media']] }, signal);
    const size = Number(answer.headers.get('content-length') ?? NaN);
    if (!Number.isSafeInteger(size)) throw new GcsDamaged(`${name} came without its length`);
    const checker = checkerOf(answer.headers);
    const whole = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    for await (const chunk of answer.bytes()) {
      if (filled + chunk.length > size) throw new GcsDamaged(`${name} came longer than it is`);
      filled += chunk.copy(whole, filled);
    }
    if (filled < size) throw new GcsUnreachable('the connection ended too early');
    checker.update(whole);
    checker.assertSame(name);
    return whole;
  }, signal);
}

/**
 * The bytes of an object as they come. Where the connection breaks it goes on behind the last byte, with the same
 * generation: an object that was replaced meanwhile fails instead of changing in the middle. A whole object is compared
 * with its hash at the end.
 */
export async function* download(client: GcsClient, wanted: Wanted, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const { name, start = 0, end } = wanted;
  const patience = client.patience(signal);
  let { generation } = wanted;
  let at = start;
  /** Behind the last byte that there is to come, once it is known. */
  let stop: number | undefined;
  let checker: ReturnType<typeof checkerOf> | undefined;
  for (;;) {
    try {
      const answer = await client.send(
        {
          method: 'GET',
          url: client.objectUrl(name),
          query: [['alt', 'media'], ...(generation === undefined ? [] : [['ifGenerationMatch', generation] as const])],
          headers: at === 0 && end === undefined ? {} : { range: `bytes=${at}-${end ?? ''}` },
          // Nothing lies behind the start.
          expected: [416],
        },
        signal,
      );
      if (answer.status === 416) {
        await answer.done();
        return;
      }
      generation ??= answer.headers.get('x-goog-generation') ?? undefined;
      stop ??= at + Number(answer.headers.get('content-length') ?? NaN);
      if (at === 0 && stop === wholeSize(answer.headers)) checker ??= checkerOf(answer.headers);
      for await (const chunk of answer.bytes()) {
        at += chunk.length;
        patience.progressed();
        checker?.update(chunk);
        yield chunk;
      }
      if (at < stop) throw new GcsUnreachable('the connection ended too early');
      break;
    } catch (error) {
      if (hasStatus(error, 412)) throw new ObjectReplaced(name);
      await patience.failed(error);
      if (at === stop) break;
    }
  }
  try {
    checker?.assertSame(name);
  } catch (error) {
    // All of it went out already.
    throw client.explain(error);
  }
}

/** How large the object is that an answer brings, or brings a part of. */
function wholeSize(headers: Headers): number {
  return Number(/\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? headers.get('content-length') ?? NaN);
}

/** The same as a stream. What it fails with is translated by `translate`. */
export function streamOf(
  bytes: (signal: AbortSignal) => AsyncGenerator<Buffer>,
  translate: (error: unknown) => Error,
): Readable {
  const controller = new AbortController();
  const source = bytes(controller.signal);
  const next = async (stream: Readable): Promise<void> => {
    try {
      const { done, value } = await source.next();
      stream.push(done ? null : value);
    } catch (error) {
      stream.destroy(translate(error));
    }
  };
  const end = async (): Promise<void> => {
    controller.abort();
    // Where it stands still between two reads the abort alone would not end it.
    await source.return(undefined).catch(() => undefined);
  };
  return new Readable({
    read() {
      void next(this);
    },
    destroy(error, done) {
      void end();
      done(error);
    },
  });
}
