import { setImmediate as otherWork } from 'node:timers/promises';
import t from 'tap';
import { everyTitle } from '../../../../server/kit/title-scope.ts';
import { startControlApi } from '../../../testing/harness.ts';
import { Exporting } from './exporting.ts';
import { Mover, titlesOf } from './testing/files.ts';

t.test('a file is told by its name and type', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  t.equal(await mover.file('json'), '{"version":1,"titles":[\n]}\n', 'nothing is a file, too');
  t.same(titlesOf(await mover.file('json')), []);
  const { series } = await mover.editor.series(1);
  const movie = await mover.editor.make({ kind: 'movie' });
  await mover.editor.send('DELETE', `/titles/${movie.id}`);
  const csv = await mover.export('csv');
  t.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
  t.match(
    csv.headers['content-disposition'],
    /^attachment; filename="catalogue-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.csv"$/,
  );
  t.equal(csv.headers['cache-control'], 'no-store');
  t.match(csv.body, /^\ufeff"id","kind",.*,"name:en","tagline:en","synopsis:en"\r\n"title_/);
  t.equal(csv.body.split('\r\n').length, 5, 'what is deleted is not in it');
  const json = await mover.export('json', series.id);
  t.equal(json.headers['content-type'], 'application/json; charset=utf-8');
  t.equal(titlesOf(json.body).length, 3);
  t.equal((await mover.export('json', movie.id)).statusCode, 404);
  const made = await api.db
    .selectFrom('audit_log')
    .select(['subject', 'after'])
    .where('event', '=', 'titles.exported')
    .orderBy('id')
    .execute();
  t.same(made.at(-1), { subject: series.id, after: '{"format":"json"}' }, 'who took what is recorded');
  for (let n = made.length; n < 60; n += 1) await mover.export('json');
  t.equal((await mover.export('json')).statusCode, 429, 'nobody exports all the time');
});

t.test('no more is read than is taken', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  for (let n = 0; n < 60; n += 1) await mover.editor.make({ kind: 'movie' });
  let reads = 0;
  const counted = api.db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'SelectQueryNode') reads += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const audit = { record: async () => undefined, unchanged: () => undefined };
  const { body } = await new Exporting({ db: counted, clock: api.clock }).export(
    { audit, scope: everyTitle },
    { format: 'csv' },
  );
  const parts = body[Symbol.asyncIterator]();
  await parts.next();
  for (let n = 0; n < 100; n += 1) await otherWork();
  // The languages, and for each part its roots, titles, texts, releases and addresses.
  t.ok(reads <= 1 + 3 * 5, `${reads} reads for the first part`);
  await parts.return?.();
  t.ok(body.destroyed, 'who goes away ends it');
});

t.test('a text that would be lost breaks the file off', async (t) => {
  const api = await startControlApi(t);
  const { editor } = await Mover.start(api);
  for (let n = 0; n < 60; n += 1) await editor.make({ kind: 'movie' });
  const last = await editor.make({ kind: 'movie' });
  const audit = { record: async () => undefined, unchanged: () => undefined };
  const { body } = await new Exporting({ db: api.db, clock: api.clock }).export(
    { audit, scope: everyTitle },
    { format: 'csv' },
  );
  const parts = body[Symbol.asyncIterator]();
  t.notMatch(String((await parts.next()).value), 'name:de');
  await editor.change(last.id, { texts: { de: { name: 'Zu spät' } } });
  await t.rejects(
    async () => {
      for (let part = await parts.next(); !part.done; part = await parts.next());
    },
    { message: /A text in de came/ },
  );
});
