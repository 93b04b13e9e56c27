import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { PacedStream } from './paced-stream.ts';

const late = (): Error => new Error('too slow');

/** Chunks of `bytes`, each after `pauseMs`. */
function source(chunks: number, bytes: number, pauseMs: number): Readable {
  return Readable.from(
    (async function* () {
      for (let sent = 0; sent < chunks; sent += 1) {
        await delay(pauseMs);
        yield Buffer.alloc(bytes);
      }
    })(),
    { objectMode: false, highWaterMark: 1 },
  );
}

async function read(stream: PacedStream, pauseMs = 0): Promise<number> {
  let received = 0;
  for await (const chunk of stream) {
    received += chunk.length;
    if (pauseMs > 0) await delay(pauseMs);
  }
  return received;
}

t.test('bytes that come earn time', async (t) => {
  t.equal(await read(new PacedStream(source(20, 4096, 100), 1500, late)), 20 * 4096, '2 s, 80 KiB');
  await t.rejects(read(new PacedStream(source(20, 1, 100), 1500, late)), /too slow/);
});

t.test('a slow reader is not the fault of the source', async (t) => {
  t.equal(await read(new PacedStream(source(5, 1, 1), 1500, late), 500), 5);
});

t.test('who stops reading ends it', async (t) => {
  const readable = source(5, 10, 0);
  for await (const chunk of new PacedStream(readable, 1000, late)) {
    t.equal(chunk.length, 10);
    break;
  }
  t.ok(readable.destroyed);
  const silent = new Readable({ read() {} });
  const stream = new PacedStream(silent, 60_000, late);
  const reading = read(stream);
  stream.destroy();
  await t.rejects(reading, 'also while it waits');
});
