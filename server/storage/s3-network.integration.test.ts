import { CreateMultipartUploadCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { sourceKey } from '../assets/storage-keys.ts';
import { newId } from '../kit/ids.ts';
import { BreakableProxy } from '../testing/breakable-proxy.ts';
import { patternAt } from '../testing/pattern.ts';
import { startS3, type S3Server } from '../testing/s3.ts';
import { until } from '../testing/until.ts';
import { GuardedStorage } from './guarded.ts';
import { openS3Client, type S3Options } from './s3-client.ts';
import { S3Storage } from './s3.ts';

const MiB = 1024 * 1024;

/** A bucket behind a network that can be broken. */
async function open(t: Test, server: S3Server, change: Partial<S3Options> = {}) {
  const network = await new BreakableProxy(server.endpoint.endpoint).listen(t);
  const direct = await server.createBucket();
  const options = { ...direct, endpoint: network.url, silenceMs: 60_000, ...change };
  const storage = new S3Storage(options);
  t.teardown(() => storage.close());
  return { network, storage, options, direct };
}

const unavailable = { code: 'storage_unavailable', status: 503 };

function testNetwork(server: S3Server): void {
  t.test('what is asked often costs one request', async (t) => {
    const { network, storage } = await open(t, server);
    const segment = patternAt(0, MiB);
    await storage.put('assets/a/v/1.m4s', segment);
    t.ok((await storage.read('assets/a/v/1.m4s')).equals(segment));
    const file = path.join(t.testdir(), 'chunk.ts');
    writeFileSync(file, segment);
    await storage.putFile('work/v/r/1.ts', file);
    await storage.stat('work/v/r/1.ts');
    await storage.delete('work/v/r/1.ts');
    t.strictSame(
      network.requests.map(({ method }) => method),
      ['PUT', 'GET', 'PUT', 'HEAD', 'DELETE'],
    );
  });

  t.test('an answer that breaks goes on where it broke', async (t) => {
    const { network, storage } = await open(t, server);
    const body = patternAt(0, 3 * MiB);
    await storage.put('sources/x', body);
    let cuts = 0;
    network.disturb = ({ method }) =>
      method === 'GET' && (cuts += 1) <= 2 ? { kind: 'cut', afterBytes: MiB } : undefined;
    t.ok((await storage.read('sources/x')).equals(body));
    t.equal(network.count('GET', '/'), 3, 'each request brought what was missing');
    cuts = 0;
    const file = path.join(t.testdir(), 'copy');
    await storage.materialize('sources/x', file);
    t.ok(readFileSync(file).equals(body));
    network.disturb = ({ method }) => (method === 'GET' ? { kind: 'cut', afterBytes: 0 } : undefined);
    await t.rejects(storage.read('sources/x'), unavailable, 'without a byte more it ends');
  });

  t.test('a store that asks for a pause is asked again, and not without end', async (t) => {
    const { network, storage } = await open(t, server);
    let failures = 0;
    network.disturb = () => ((failures += 1) <= 2 ? { kind: 'answer', status: 503 } : undefined);
    await storage.put('a', 'x');
    t.equal(network.requests.length, 3);
    network.disturb = () => ({ kind: 'answer', status: 500 });
    await t.rejects(storage.stat('a'), unavailable);
    t.equal(network.requests.length, 6, 'as often as storage.attempts says');
  });

  t.test('a store that hangs is given up, and behind a breaker nothing waits for it any more', async (t) => {
    const { network, storage: inner } = await open(t, server, { silenceMs: 300, attempts: 1 });
    const storage = new GuardedStorage(inner, { failures: 2, pauseMs: 200 });
    await storage.put('a', 'x');
    network.disturb = () => ({ kind: 'delay', ms: 5000 });
    for (let i = 0; i < 2; i++) await t.rejects(storage.read('a'), unavailable);
    t.equal(storage.state, 'open');
    const asked = network.requests.length;
    await t.rejects(storage.read('a'), unavailable);
    t.equal(network.requests.length, asked, 'at once, without a request');
    network.disturb = () => undefined;
    t.equal((await until('it is back', () => storage.read('a').catch(() => undefined))).toString(), 'x');
    t.equal(storage.state, 'closed');
  });

  t.test('a network that breaks in a part of an upload costs that part', async (t) => {
    // Twice: connections that were kept from before the break are found dead.
    const { network, storage, direct } = await open(t, server, { attempts: 2 });
    const uploads = storage.uploadStore();
    const id = newId('upload');
    const body = patternAt(0, 20 * MiB + 5);
    await uploads.begin(id, body.length);
    const pieces = async function* (): AsyncGenerator<Buffer> {
      for (let at = 0; at < body.length; at += MiB) {
        yield body.subarray(at, at + MiB);
        if (at < 15 * MiB) continue;
        // The state, the state once more, and the second part.
        await until('the second part is on its way', () => network.count('PUT', '/') >= 4);
        network.break();
      }
    };
    await t.rejects(uploads.append(id, 0, Readable.from(pieces())), unavailable);
    network.mend();
    const offset = (await uploads.received(id)) ?? -1;
    t.ok([8 * MiB, 16 * MiB].includes(offset), `${offset} bytes are whole parts`);
    const before = network.requests.length;
    t.equal(await uploads.append(id, offset, Readable.from([body.subarray(offset)])), body.length);
    const parts = Math.floor((body.length - offset) / (8 * MiB));
    t.equal(network.requests.length - before, 2 + parts + 1, 'two to see where it stands, the parts, the tail');

    // The end is interrupted behind its last part: nothing is counted twice.
    network.disturb = ({ method }) => (method === 'POST' ? { kind: 'answer', status: 503 } : undefined);
    await t.rejects(uploads.finish(id), unavailable);
    network.disturb = () => undefined;
    t.equal(await uploads.received(id), body.length);
    const other = new S3Storage(direct);
    t.teardown(() => other.close());
    const others = other.uploadStore();
    const finished: Promise<void>[] = [];
    // Ceph may answer 500 to one who comes while others finish: here it is certain.
    network.disturb = ({ method }) => {
      if (method !== 'POST') return undefined;
      if (finished.length === 0) finished.push(others.finish(id), others.finish(id));
      return { kind: 'answer', status: 500 };
    };
    await uploads.finish(id);
    network.disturb = () => undefined;
    t.equal(finished.length, 2);
    await Promise.all(finished);
    t.ok((await storage.read(sourceKey(id))).equals(body), 'finished by several at once, it is whole');
    t.equal(await storage.collectLeftovers(0), 0);
  });

  t.test('an upload goes on in another process after a kill', async (t) => {
    const { storage, direct } = await open(t, server);
    const uploads = storage.uploadStore();
    const id = newId('upload');
    await uploads.begin(id, 64 * MiB);
    const program = path.join(import.meta.dirname, '..', 'testing', 'appending-process.ts');
    const child = fork(program, [JSON.stringify(direct), id]);
    const ended = once(child, 'exit');
    await until('a part is there', async () => ((await uploads.received(id)) ?? 0) >= 8 * MiB, { everyMs: 50 });
    child.kill('SIGKILL');
    await ended;
    const offset = (await uploads.received(id)) ?? -1;
    t.ok(offset >= 8 * MiB && offset % (8 * MiB) === 0, `it goes on behind ${offset} bytes`);
    t.equal(await storage.collectLeftovers(0), 0, 'its parts are no leftovers');
    t.equal(await uploads.append(id, offset, Readable.from([patternAt(offset, 3 * MiB)])), offset + 3 * MiB);
    t.equal(
      await uploads.append(id, offset + 3 * MiB, Readable.from([patternAt(offset + 3 * MiB, 7 * MiB)])),
      offset + 10 * MiB,
    );
    await uploads.finish(id);
    t.ok((await storage.read(sourceKey(id))).equals(patternAt(0, offset + 10 * MiB)));
  });

  t.test('a large file goes in parts, and nothing is left of one that fails', async (t) => {
    const { network, storage, direct } = await open(t, server, { attempts: 1 });
    const body = patternAt(0, 17 * MiB);
    const file = path.join(t.testdir(), 'film');
    writeFileSync(file, body);
    await storage.putFile('work/film', file);
    t.ok((await storage.read('work/film')).equals(body));
    t.match((await storage.stat('work/film'))?.etag, /-3$/);
    let puts = 0;
    network.disturb = ({ method }) =>
      method === 'PUT' && (puts += 1) === 2 ? { kind: 'answer', status: 503 } : undefined;
    await t.rejects(storage.putFile('work/other', file), unavailable);
    t.equal(await storage.stat('work/other'), undefined);
    t.equal(await storage.collectLeftovers(0), 0, 'its parts were given back');

    const client = openS3Client(direct);
    await client.send(new CreateMultipartUploadCommand({ Bucket: direct.bucket, Key: `${direct.prefix}work/killed` }));
    await client.send(new CreateMultipartUploadCommand({ Bucket: direct.bucket, Key: 'elsewhere/x' }));
    client.destroy();
    t.equal(await storage.collectLeftovers(3_600_000), 0, 'it could still be in use');
    t.equal(await storage.collectLeftovers(0), 1, 'what a killed process began; not what is of another installation');
  });

  t.test('failures in words, without secrets', async (t) => {
    const options = await server.createBucket({ attempts: 1, connectMs: 500 });
    for (const [change, words] of [
      [{ bucket: 'nobody-made-it' }, /no bucket nobody-made-it.*storage\.bucket/],
      [{ accessKeyId: 'NOBODY' }, /access key: set storage\.accessKeyId/],
      [{ secretAccessKey: 'hush-hush-hush' }, /signature is not right.*storage\.secretAccessKey/],
    ] as const) {
      const storage = new S3Storage({ ...options, ...change });
      t.teardown(() => storage.close());
      const error = await storage.check().then(
        () => new Error('it passed'),
        (thrown: Error) => thrown,
      );
      t.match(error.message, words);
      t.notMatch(JSON.stringify([error, error.cause, error.stack]), /hush|TESTSECRET|Signature=/);
    }
    const nowhere = new S3Storage({ ...options, endpoint: 'http://127.0.0.1:1' });
    t.teardown(() => nowhere.close());
    await t.rejects(nowhere.check(), { ...unavailable, cause: { message: /127\.0\.0\.1:1 did not .*ECONNREFUSED/ } });
  });

  t.test('a bucket that anybody can read is noticed', async (t) => {
    const options = await server.createBucket();
    const storage = new S3Storage(options);
    t.teardown(() => storage.close());
    t.strictSame(await storage.warnings(), []);
    const client = openS3Client(options);
    const rule = (action: string, resource: string) => ({
      Effect: 'Allow',
      Principal: '*',
      Action: action,
      Resource: `arn:aws:s3:::${options.bucket}${resource}`,
    });
    const policy = { Version: '2012-10-17', Statement: [rule('s3:GetObject', '/*'), rule('s3:ListBucket', '')] };
    await client.send(new PutBucketPolicyCommand({ Bucket: options.bucket, Policy: JSON.stringify(policy) }));
    client.destroy();
    t.match(await storage.warnings(), [/Anybody can read/, /Anybody can list/]);
  });

  t.test('the bucket stands in the name of the host, unless in the path', async (t) => {
    for (const [pathStyle, address] of [
      [false, 'https://films.s3.example/dramabox/a?'],
      [true, 'https://s3.example/films/dramabox/a?'],
    ] as const) {
      const storage = new S3Storage({
        ...(await server.createBucket()),
        bucket: 'films',
        endpoint: 'https://s3.example',
        pathStyle,
      });
      const { url } = await storage.presign('a', { method: 'GET', expiresInMs: 60_000 });
      t.ok(url.startsWith(address), url.slice(0, 60));
      await storage.close();
    }
  });
}

const server = await startS3(t);
if (server) testNetwork(server);
