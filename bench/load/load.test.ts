import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { assertAnswered, autocannonGenerator, requestFile } from './load.ts';

t.test('what wrk is told', async (t) => {
  t.equal(
    requestFile({
      origin: 'http://127.0.0.1:1',
      method: 'POST',
      prefixes: ['/s/a/', '/s/b/'],
      files: ['1.m4s'],
      headers: [{ authorization: 'Bearer x', accept: '*/*' }],
      body: '{"a":1}',
    }),
    'M POST\nP /s/a/\nP /s/b/\nF 1.m4s\nH authorization: Bearer x\taccept: */*\t\nB {"a":1}\n',
  );
});

t.test('figures with refusals in them do not count', async (t) => {
  const answered = { requests: 10, seconds: 1, bytes: 100, p50Ms: 1, p99Ms: 2 };
  const load = { origin: 'http://127.0.0.1:1' };
  t.strictSame(assertAnswered(load, { ...answered, refused: 0, broken: 0 }), answered);
  t.throws(() => assertAnswered(load, { ...answered, refused: 1, broken: 0 }), /refused 1 of 10/);
  t.throws(() => assertAnswered(load, { ...answered, refused: 0, broken: 2 }), /2 connections broke/);
  t.throws(() => assertAnswered(load, { ...answered, requests: 0, refused: 0, broken: 0 }), /answered nothing/);
});

t.test('where wrk is missing, autocannon asks for everything in turn, too', async (t) => {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const seen = `${request.headers['x-account']} ${request.url}`;
    asked.set(seen, (asked.get(seen) ?? 0) + 1);
    response.statusCode = request.url?.endsWith('gone') ? 404 : 200;
    response.end('12345');
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const load = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    prefixes: ['/a/', '/b/'],
    files: ['1', '2', '3'],
    headers: [{ 'x-account': 'x' }, { 'x-account': 'y' }],
    connections: 2,
    seconds: 1,
  };
  const { requests, bytes } = await autocannonGenerator().run(load);
  t.ok(requests > 6 && bytes > requests * 5);
  t.strictSame(new Set(asked.keys()), new Set(['x /a/1', 'y /b/2', 'x /a/3', 'y /b/1', 'x /a/2', 'y /b/3']));
  await t.rejects(autocannonGenerator().run({ ...load, files: ['gone'] }), /refused \d+ of/);
});
