import t, { type Test } from 'tap';
import { newId } from '../../server/kit/ids.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { eventsOf } from './filter.ts';
import type { AuditRecordView } from './schemas.ts';
import { everything, listAuditRecords } from './search.ts';
import { addRecord } from './testing/log.ts';

const [hour, day] = [3_600_000, 86_400_000];

interface Answer {
  readonly status: number;
  readonly items: readonly AuditRecordView[];
  readonly nextCursor: string | null;
}

/** The log as an administrator sees it. */
async function open(t: Test): Promise<{ api: Harness; search: (query: Record<string, string>) => Promise<Answer> }> {
  const api = await startControlApi(t);
  const { authorization } = await api.as('super_admin');
  return {
    api,
    async search(query) {
      const url = `/api/v1/audit?${new URLSearchParams(query).toString()}`;
      const response = await api.app.inject({ url, headers: { authorization } });
      return { status: response.statusCode, ...response.json<Omit<Answer, 'status'>>() };
    },
  };
}

const idsOf = ({ items }: Answer) => items.map(({ id }) => id);

t.test('by what was done, by whom, to what and from where, alone and together', async (t) => {
  const { api, search } = await open(t);
  const now = api.clock.now();
  const [ann, bob] = [await api.addAccount('viewer', 'ann@example.com'), await api.addAccount('viewer')];
  const [one, two] = [newId('asset'), newId('asset')];
  const add = (minute: number, event: string, subject: string, actor: string | null, address: string | null) =>
    addRecord(api.db, now - day + minute * 60_000, { event, subject, actor, address });
  const renamed = await add(1, 'asset.renamed', one, ann.id, '203.0.113.1');
  const deleted = await add(2, 'asset.deleted', two, ann.id, '2001:db8::1');
  const created = await add(3, 'account.created', ann.id, bob.id, '203.0.113.1');
  const failed = await add(4, 'sign-in.failed', 'unknown-account', null, '203.0.113.1');
  const cases: readonly [Record<string, string>, readonly string[]][] = [
    [{}, [failed, created, deleted, renamed]],
    [{ event: 'asset.renamed' }, [renamed]],
    [{ event: 'asset.renamed,sign-in.failed,moon.landed' }, [failed, renamed]],
    [{ event: 'asset' }, [deleted, renamed]],
    [{ event: 'asset,account.created' }, [created, deleted, renamed]],
    [{ event: 'sign-in' }, [failed]],
    [{ event: 'moon' }, []],
    [{ event: 'moon.landed' }, []],
    [{ actor: ann.id }, [deleted, renamed]],
    [{ actor: ' Ann@Example.com'.trim() }, [deleted, renamed]],
    [{ actor: 'nobody@example.com' }, []],
    [{ subject: one }, [renamed]],
    [{ subject: 'ann@example.com' }, [created]],
    [{ subject: 'nobody@example.com' }, []],
    [{ subject: 'unknown-account' }, [failed]],
    [{ address: '203.0.113.1' }, [failed, created, renamed]],
    [{ address: '2001:DB8::1' }, [deleted]],
    [{ actor: ann.id, event: 'asset.deleted' }, [deleted]],
    [{ actor: ann.id, address: '203.0.113.1' }, [renamed]],
    [{ address: '203.0.113.1', event: 'account,asset' }, [created, renamed]],
    [{ subject: one, actor: bob.id }, []],
    [{ actor: ann.id, subject: two, event: 'asset', address: '2001:db8::1' }, [deleted]],
  ];
  for (const [query, expected] of cases) t.same(idsOf(await search(query)), expected, JSON.stringify(query));
});

t.test('by time, from a moment on and before another', async (t) => {
  const { api, search } = await open(t);
  const noon = Date.parse('2026-03-01T12:00:00.000Z');
  const before = await addRecord(api.db, noon - 1);
  const at = await addRecord(api.db, noon);
  const after = await addRecord(api.db, noon + hour);
  // The clock was set back by half an hour: times do, ids do not go back.
  const setBack = await addRecord(api.db, noon + hour, { at: noon + hour / 2 });
  const cases: readonly [Record<string, string>, readonly string[]][] = [
    [{ from: '2026-03-01T12:00:00Z' }, [setBack, after, at]],
    [{ to: '2026-03-01T12:00:00Z' }, [before]],
    [{ from: '2026-03-01T13:00:00+01:00', to: '2026-03-01T12:00:00.001Z' }, [at]],
    [{ from: '2026-03-02T00:00:00Z' }, []],
    [{ from: '2026-03-01T12:20:00Z', to: '2026-03-01T12:40:00Z' }, [setBack]],
    [{ from: '2026-03-01T12:00:00Z', event: 'asset.renamed', to: '2026-03-01T12:30:00Z' }, [at]],
    [{ from: '1969-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' }, [setBack, after, at, before]],
  ];
  for (const [query, expected] of cases) t.same(idsOf(await search(query)), expected, JSON.stringify(query));
});

t.test('what is no filter is refused', async (t) => {
  const { search } = await open(t);
  const account = 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const refused: readonly Record<string, string>[] = [
    { event: '' },
    { event: 'Asset' },
    { event: 'asset.' },
    { event: 'asset.renamed,' },
    { event: '%' },
    { event: Array.from({ length: 21 }, () => 'asset').join(',') },
    { actor: 'asset_01ARZ3NDEKTSV4RRFFQ69G5FAV' },
    { actor: 'ann' },
    { actor: 'ann@example.com\0' },
    { actor: `${'a'.repeat(250)}@example.com` },
    { subject: 'some text' },
    { address: 'localhost' },
    { address: '1.2.3.4; drop table accounts' },
    { from: 'yesterday' },
    { from: '2026-02-30T00:00:00Z' },
    { to: '2026-01-01' },
    { to: '2016-12-31T23:59:60Z' },
    { cursor: account },
    { limit: '101' },
    { limit: '0' },
    { anything: 'else' },
  ];
  for (const query of refused) t.equal((await search(query)).status, 400, JSON.stringify(query));
  t.equal((await search({ event: Array.from({ length: 20 }, () => 'asset').join(',') })).status, 200);
});

t.test('groups of events are those that there are', (t) => {
  t.same(eventsOf('asset.renamed,asset.renamed'), ['asset.renamed']);
  t.ok(eventsOf('sign-in').includes('sign-in.failed'));
  t.notOk(eventsOf('sign').length);
  t.same(eventsOf('moon.landed'), ['moon.landed'], 'an older release may have had it');
  t.end();
});

t.test('page by page, whatever is asked for', async (t) => {
  const { api, search } = await open(t);
  const now = api.clock.now();
  const events = ['asset.renamed', 'asset.deleted', 'account.created'];
  const [one, two] = [newId('account'), newId('account')];
  const all: { id: string; event: string; actor: string }[] = [];
  for (let n = 0; n < 23; n += 1) {
    const columns = { event: events[n % 3] ?? '', actor: n % 2 === 0 ? one : two };
    all.unshift({ id: await addRecord(api.db, now - day + n * 1000, columns), ...columns });
  }
  const cases: readonly [Record<string, string>, (row: (typeof all)[number]) => boolean][] = [
    [{}, () => true],
    [{ event: 'asset' }, ({ event }) => event.startsWith('asset.')],
    [{ actor: two }, ({ actor }) => actor === two],
    [{ actor: two, event: 'asset.renamed' }, ({ actor, event }) => actor === two && event === 'asset.renamed'],
    [{ from: new Date(now - 2 * day).toISOString() }, () => true],
  ];
  for (const [query, fits] of cases)
    for (const limit of ['1', '4', '100']) {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Answer = await search({ ...query, limit, ...(cursor === null ? {} : { cursor }) });
        t.ok(page.items.length <= Number(limit) && page.items.length > 0);
        found.push(...idsOf(page));
        cursor = page.nextCursor;
      } while (cursor !== null);
      t.same(
        found,
        all.filter(fits).map(({ id }) => id),
        `${JSON.stringify(query)} by ${limit}`,
      );
    }
});

t.test('a page ends early where much has to be looked at for little', async (t) => {
  const { api } = await open(t);
  const now = api.clock.now();
  const actor = newId('account');
  const oldest = await addRecord(api.db, now - day, { actor, event: 'asset.deleted' });
  for (let n = 0; n < 2500; n += 1) await addRecord(api.db, now - hour + n, { actor });
  const filter = { ...everything, actors: [actor], events: ['asset.deleted'] };
  const whole = await listAuditRecords(api.db, filter, { cursor: undefined, limit: 10 });
  t.match(whole, { rows: [{ id: oldest }], next: null });
  const early = await listAuditRecords(api.db, filter, { cursor: undefined, limit: 10, mostLookedAt: 2000 });
  t.same(early.rows, []);
  const rest = await listAuditRecords(api.db, filter, { cursor: early.next ?? '', limit: 10, mostLookedAt: 2000 });
  t.match(rest, { rows: [{ id: oldest }], next: null });
});
