import t from 'tap';
import { describeFailure, failureOf, isPassing, type Failure } from './failures.ts';
import { Patience, pauseAfter } from './patience.ts';
import { DatabaseUnavailable } from './port.ts';

const coded = (code: string, message = 'words of the server') => Object.assign(new Error(message), { code });

t.test('what a failure means', (t) => {
  const cases: readonly (readonly [error: unknown, failure: Failure])[] = [
    [coded('40001'), 'undone'],
    [coded('40P01'), 'undone'],
    [coded('57P01'), 'lost'],
    [coded('57P02'), 'lost'],
    [coded('08006'), 'lost'],
    [coded('25P03'), 'lost'],
    [coded('ECONNRESET'), 'lost'],
    [coded('EPIPE'), 'lost'],
    [new Error('Connection terminated unexpectedly'), 'lost'],
    [new Error('Connection terminated'), 'lost'],
    [new Error('Query read timeout'), 'lost'],
    [new Error('Client has encountered a connection error and is not queryable'), 'unsent'],
    [new Error('Client was closed and is not queryable'), 'unsent'],
    [coded('57014', 'canceling statement due to statement timeout'), 'late'],
    [coded('55P03'), 'late'],
    [coded('23505'), 'other'],
    [coded('42P01', 'Connection terminated'), 'other'],
    [new Error('a mistake of ours'), 'other'],
    ['Connection terminated', 'other'],
    [undefined, 'other'],
  ];
  for (const [error, failure] of cases) t.equal(failureOf(error), failure, String(error));
  t.end();
});

t.test('connecting is tried again only where time alone may help', (t) => {
  for (const code of ['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', '57P03', '53300', 'ETIMEDOUT'])
    t.ok(isPassing(coded(code)), code);
  for (const code of ['28P01', '28000', '3D000', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])
    t.notOk(isPassing(coded(code)), code);
  t.equal(describeFailure(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })), 'ECONNREFUSED');
  t.end();
});

t.test('pauses grow, with a part left to chance, to a second', (t) => {
  t.strictSame(
    [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => pauseAfter(attempt, 1)),
    [50, 100, 200, 400, 800, 1000, 1000, 1000],
  );
  t.equal(pauseAfter(3, 0), 100, 'at least half of it');
  t.end();
});

t.test('patience ends', async (t) => {
  const error = coded('ECONNREFUSED', 'connect ECONNREFUSED');
  let retries = 0;
  const patience = new Patience(400, () => (retries += 1));
  const began = performance.now();
  const failure: unknown = await (async () => {
    for (;;) await patience.pause(error);
  })().catch((reason: unknown) => reason);
  t.match(failure, { message: 'The database cannot be reached: connect ECONNREFUSED', cause: error });
  t.ok(failure instanceof DatabaseUnavailable);
  t.ok(performance.now() - began < 60_000 && retries >= 2, `${retries} tries`);
  await t.rejects(new Patience(0).pause(error), DatabaseUnavailable, 'none at all');
  await t.rejects(
    new Patience(60_000).pause(error, performance.now() - 70_000),
    DatabaseUnavailable,
    'an outage that is older than that is not waited for by everybody anew',
  );
  await t.rejects(new Patience(0).pause(coded('40P01', 'deadlock detected')), /Others were in the way.*deadlock/);
  const busy = new DatabaseUnavailable('busy');
  t.equal(await new Patience(0).pause(busy).catch((reason: unknown) => reason), busy);
});
