import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { auditEvents } from '../../../../../server/kit/audit-events.ts';
import { i18n, startMessages } from '../../../kit/messages/i18n.ts';
import { en } from '../messages/en.ts';
import { eventInWords, factInWords, valueInWords } from '../words/audit.ts';
import { assetsToName, changesOf } from './changes.ts';
import { addressOf, filterIn, filterPatterns, isTaken, maxFilterLength } from './filter.ts';

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
  t.equal(value('role', 'content_manager'), 'Content manager');
  t.equal(value('role', 'astronaut'), 'astronaut');
  t.equal(value('state', 'ready'), 'Ready');
  t.equal(value('title', 'ready'), 'ready', 'a title is never translated');
  t.equal(value('constructor', 'x'), 'x');
  t.equal(value('bytes', 5_000_000), '5.0 MB');
  t.equal(value('count', 5_000), '5,000');
  t.equal(value('flag', true), 'yes');
  t.equal(value('filename', null), 'none');
});

t.test('the filter in the address', async (t) => {
  const actor = 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  t.same(filterIn(new URLSearchParams(`actor=+${actor}+&x=y`)), { actor, subject: '' });
  t.equal(addressOf({ actor, subject: '' }).toString(), `actor=${actor}`);
  t.equal(addressOf({}).toString(), '');
  t.ok(isTaken('actor', actor));
  t.ok(isTaken('actor', ''));
  t.notOk(isTaken('actor', 'asset_01ARZ3NDEKTSV4RRFFQ69G5FAV'));
  t.ok(isTaken('subject', 'asset_01ARZ3NDEKTSV4RRFFQ69G5FAV'));
  t.ok(isTaken('subject', '12'), 'the number of a durable event');
  t.notOk(isTaken('subject', 'x'.repeat(100)));
});

t.test('the bounds of the filter are those of the API', async (t) => {
  const file = join(import.meta.dirname, '..', '..', '..', '..', 'openapi.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, { get: { parameters: readonly { name: string; schema: object }[] } }>;
  };
  const { parameters = [] } = paths['/api/v1/audit']?.get ?? {};
  for (const field of ['actor', 'subject'] as const)
    t.strictSame(parameters.find(({ name }) => name === field)?.schema, {
      type: 'string',
      pattern: filterPatterns[field],
      maxLength: maxFilterLength,
    });
});
