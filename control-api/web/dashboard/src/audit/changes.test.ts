import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { consentDocuments } from '../../../../../config/sections/consents.ts';
import { auditEvents } from '../../../../../server/kit/audit-events.ts';
import { i18n, startMessages } from '../../../kit/messages/i18n.ts';
import { en } from '../messages/en.ts';
import { eventChoices, eventInWords, factInWords, valueInWords } from '../words/audit.ts';
import { assetsToName, changesOf } from './changes.ts';
import {
  addressOf,
  filterBounds,
  filterIn,
  isFilterTaken,
  isoTime,
  isTaken,
  localTime,
  noFilter,
  type PatternField,
} from './filter.ts';

// The little of a browser that texts need.
Object.assign(globalThis, { document: { documentElement: {} } });
await startMessages({ app: 'dashboard', english: en });
const words = i18n.getFixedT(null, 'dashboard');

t.test('what changed, and nothing else', async (t) => {
  t.same(
    changesOf({ before: { role: 'viewer', status: 'active' }, after: { role: 'content_manager', status: 'active' } }),
    [{ fact: 'role', before: 'viewer', after: 'content_manager' }],
  );
  t.same(changesOf({ before: { state: 'failed' }, after: { version: 'version_1' } }), [
    { fact: 'state', before: 'failed', after: undefined },
    { fact: 'version', before: undefined, after: 'version_1' },
  ]);
  t.same(changesOf({ before: { filename: null }, after: null }), [
    { fact: 'filename', before: null, after: undefined },
  ]);
  t.same(changesOf({ before: null, after: null }), []);
});

t.test('which assets may exist', async (t) => {
  const record = (event: string, subject: string) => ({ event, subject }) as Parameters<typeof assetsToName>[0][number];
  t.same(
    assetsToName([
      record('asset.deleted', 'asset_1'),
      record('asset.renamed', 'asset_2'),
      record('asset.created', 'asset_2'),
      record('asset.created', 'asset_1'),
      record('account.changed', 'account_1'),
    ]),
    ['asset_2'],
  );
});

t.test('names of the API in words, or as they are', async (t) => {
  for (const event of auditEvents) t.not(eventInWords(words, event), event, `${event} has words`);
  t.equal(eventInWords(words, 'asset.renamed'), 'Title renamed');
  for (const event of ['moon.landed', 'asset', 'constructor', 'asset.renamed.again'])
    t.equal(eventInWords(words, event), event);
  t.equal(factInWords(words, 'email'), 'E-mail');
  t.equal(factInWords(words, 'smell'), 'smell');
});

t.test('values in words', async (t) => {
  const value = valueInWords.bind(undefined, words);
  const tag = `address:k_3-y:${'0a'.repeat(16)}`;
  t.equal(value('email', tag), 'address #0a0a0a0a');
  t.equal(value('reason', `Asked by ${tag}.`), 'Asked by address #0a0a0a0a.');
  t.equal(value('email', 'old@example.com'), 'old@example.com', 'as records of before have it');
  t.equal(value('by', 'provider'), 'Its owner, at Facebook');
  t.equal(value('role', 'content_manager'), 'Content manager');
  t.equal(value('role', 'astronaut'), 'astronaut');
  t.equal(value('state', 'ready'), 'Ready');
  t.equal(value('title', 'ready'), 'ready', 'a title is never translated');
  t.equal(value('constructor', 'x'), 'x');
  t.equal(value('bytes', 5_000_000), '5.0 MB');
  t.equal(value('count', 5_000), '5,000');
  t.equal(value('flag', true), 'yes');
  t.equal(value('filename', null), 'none');
  t.equal(value('format', 'csv'), 'CSV, for spreadsheets');
  t.equal(value('event', 'asset.renamed,moon.landed'), 'Title renamed, moon.landed');
  t.equal(value('proofs', 'password, totp'), 'Password, Authenticator app');
  t.equal(value('strength', 'password'), 'Password', 'of a record from before a sign-in had several');
  t.equal(value('factor', 'recovery-codes'), 'Recovery codes');
  for (const document of consentDocuments) t.not(value('document', document), document, `${document} has words`);
  t.match(value('from', '2026-11-30T12:00:00.000Z'), /2026/);
});

t.test('the filter in the address', async (t) => {
  const actor = 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  t.same(filterIn(new URLSearchParams(`actor=+${actor}+&x=y`)), { ...noFilter, actor });
  t.equal(addressOf({ actor, subject: '' }).toString(), `actor=${actor}`);
  t.equal(addressOf({}).toString(), '');
  t.ok(isTaken('actor', actor));
  t.ok(isTaken('actor', ''));
  t.ok(isTaken('actor', 'somebody@example.com'));
  t.notOk(isTaken('actor', 'somebody'));
  t.notOk(isTaken('actor', 'asset_01ARZ3NDEKTSV4RRFFQ69G5FAV'));
  t.ok(isTaken('subject', 'asset_01ARZ3NDEKTSV4RRFFQ69G5FAV'));
  t.ok(isTaken('subject', '12'), 'the number of a durable event');
  t.ok(isTaken('subject', 'unknown-account'));
  t.notOk(isTaken('subject', 'x'.repeat(100)));
  t.ok(isTaken('event', 'account,sign-in.failed'));
  t.notOk(isTaken('event', 'account,'));
  t.ok(isTaken('address', '2001:db8::1'));
  t.notOk(isTaken('address', 'localhost'));
  t.ok(isTaken('from', '2026-11-30T12:00:00.000Z'));
  t.notOk(isTaken('to', 'yesterday'));
  t.ok(isFilterTaken(noFilter));
  t.notOk(isFilterTaken({ ...noFilter, to: 'yesterday' }));
});

t.test('times are chosen in the time zone of the reader', async (t) => {
  const local = '2026-11-30T14:05';
  const iso = isoTime(local);
  t.equal(iso, new Date(2026, 10, 30, 14, 5).toISOString());
  t.equal(localTime(iso), local);
  t.equal(localTime('yesterday'), '');
  t.equal(isoTime(''), '');
  t.equal(isoTime('2026-11-30'), '', 'a day is no moment');
});

t.test('events to choose from, in groups', async (t) => {
  const groups = eventChoices(words, ['moon.landed', 'asset']);
  const values = groups.flatMap(({ items }) => items.map(({ value }) => value));
  for (const event of auditEvents) {
    t.ok(values.includes(event), event);
    t.ok(values.includes(event.split('.')[0] ?? ''), `the group of ${event}`);
  }
  for (const { group, items } of groups) t.not(group, items[0]?.value, `the group ${group} has words`);
  t.equal(new Set(values).size, values.length);
  t.match(groups.find(({ group }) => group === 'Titles')?.items[0], { value: 'asset', label: 'Titles: everything' });
  t.same(groups.at(-1), { group: 'Other', items: [{ value: 'moon.landed', label: 'moon.landed' }] });
});

t.test('the bounds of the filter are those of the API', async (t) => {
  const file = join(import.meta.dirname, '..', '..', '..', '..', 'openapi.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, { get: { parameters: readonly { name: string; schema: object }[] } }>;
  };
  for (const path of ['/api/v1/audit', '/api/v1/audit/export'])
    for (const field of Object.keys(filterBounds) as PatternField[]) {
      const schema = paths[path]?.get.parameters.find(({ name }) => name === field)?.schema as
        { readonly pattern: string; readonly maxLength: number } | undefined;
      t.strictSame({ pattern: schema?.pattern, maxLength: schema?.maxLength }, filterBounds[field], `${path} ${field}`);
    }
});
