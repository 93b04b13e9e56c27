import { setImmediate as otherWork } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { newId } from '../../server/kit/ids.ts';
import { startControlApi } from '../testing/harness.ts';
import { exportFile } from './export.ts';
import { everything } from './search.ts';
import type { AuditRecordView } from './schemas.ts';
import { addRecord } from './testing/log.ts';

const day = 86_400_000;

async function open(t: Test) {
  const api = await startControlApi(t);
  const { authorization, id } = await api.as('super_admin');
  const ask = (query: Record<string, string>) =>
    api.app.inject({
      url: `/api/v1/audit/export?${new URLSearchParams(query).toString()}`,
      headers: { authorization },
    });
  return { api, id, ask };
}

t.test('JSON lines are the records as the list has them', async (t) => {
  const { api, id, ask } = await open(t);
  const now = api.clock.now();
  const asset = newId('asset');
  for (let n = 0; n < 2100; n += 1)
    await addRecord(api.db, now - day + n, { subject: asset, after: JSON.stringify({ title: `Title ${n}\n"é"` }) });
  await api.upkeep('audit.chain');
  const response = await ask({ format: 'jsonl', subject: asset });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'application/x-ndjson');
  t.match(
    response.headers['content-disposition'],
    /^attachment; filename="audit-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.jsonl"$/,
  );
  t.equal(response.headers['cache-control'], 'no-store');
  const lines = response.body.split('\n');
  t.equal(lines.pop(), '');
  const records = lines.map((line) => JSON.parse(line) as AuditRecordView);
  t.equal(records.length, 2100);
  const { authorization } = await api.as('super_admin');
  const listed = await api.app.inject({ url: `/api/v1/audit?subject=${asset}&limit=100`, headers: { authorization } });
  t.same(records.slice(0, 100), listed.json<{ items: unknown[] }>().items, 'newest first');
  t.match(records.at(-1), { sequence: 1, after: { title: 'Title 0\n"é"' } });
  const [made] = await api.db.selectFrom('audit_log').selectAll().where('event', '=', 'audit.exported').execute();
  t.match(made, { actor: id, subject: 'audit-log' });
  t.same(JSON.parse(made?.after ?? ''), { format: 'jsonl', subject: asset }, 'who took what is recorded');
});

t.test('CSV is for spreadsheets, also where the records are hostile', async (t) => {
  const { api, ask } = await open(t);
  const title = '=HYPERLINK("http://evil.example";"x")\n;@cmd';
  const actor = newId('account');
  const id = await addRecord(api.db, Date.parse('2026-03-01T12:00:00Z'), {
    actor,
    before: JSON.stringify({ title: '-2' }),
    after: JSON.stringify({ title }),
    address: '203.0.113.1',
    request_id: '=1+1',
  });
  await api.upkeep('audit.chain');
  const { hash } = await api.db.selectFrom('audit_log').select('hash').executeTakeFirstOrThrow();
  const response = await ask({ format: 'csv', actor });
  t.equal(response.headers['content-type'], 'text/csv; charset=utf-8');
  t.match(response.headers['content-disposition'], /\.csv"$/);
  t.strictSame(response.body.split('\r\n'), [
    '\ufeff"sequence","at","event","subject","actor","before","after","requestId","address","id","hash"',
    `"1","2026-03-01T12:00:00.000Z","asset.renamed","asset_01ARZ3NDEKTSV4RRFFQ69G5FAV","${actor}","{""title"":""-2""}",` +
      `"{""title"":""=HYPERLINK(\\""http://evil.example\\"";\\""x\\"")\\n;\\u0040cmd""}","'=1+1","203.0.113.1","${id}","${hash}"`,
    '',
  ]);
});

t.test('what fits nothing is a file without records, and so it is recorded', async (t) => {
  const { api, ask } = await open(t);
  t.equal((await ask({ format: 'jsonl', actor: 'nobody@example.com' })).body, '');
  t.equal((await ask({ format: 'csv', event: 'moon' })).body.split('\r\n').length, 2);
  const made = await api.db.selectFrom('audit_log').select('after').orderBy('id').execute();
  t.same(
    made.map(({ after }) => after),
    ['{"format":"jsonl","empty":true}', '{"format":"csv","empty":true}'],
    'what was typed is not kept',
  );
  t.equal((await ask({})).statusCode, 400);
  t.equal((await ask({ format: 'xlsx' })).statusCode, 400);
});

t.test('no more is read than is taken', async (t) => {
  const { api } = await open(t);
  for (let n = 0; n < 5000; n += 1) await addRecord(api.db, api.clock.now());
  let reads = 0;
  const counted = api.db.withPlugin({
    transformQuery: ({ node }) => {
      reads += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const file = exportFile(counted, everything, 'jsonl');
  const parts = file[Symbol.asyncIterator]();
  await parts.next();
  for (let n = 0; n < 100; n += 1) await otherWork();
  t.ok(reads <= 3, `${reads} windows of a thousand were read for the first`);
  await parts.return?.();
  t.ok(file.destroyed, 'who goes away ends it');
  t.ok(reads <= 3);
});

t.test('nobody exports all the time', async (t) => {
  const { ask } = await open(t);
  for (let n = 0; n < 60; n += 1) await ask({ format: 'jsonl', subject: 'audit-log', event: 'moon' });
  t.equal((await ask({ format: 'jsonl' })).statusCode, 429);
});
