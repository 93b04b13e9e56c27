import fc from 'fast-check';
import t from 'tap';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TitleView } from '../titles/schemas.ts';
import { effectiveWindows, type ReleaseFacts } from './windows.ts';

const day = 86_400_000;

t.test('titles go from draft to published, several in one moment', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const [first, second] = episodes as [TitleView, TitleView];
  const state = async (id: string) => (await editor.get(id)).state;
  t.equal((await editor.step('submit', first.id)).statusCode, 204);
  t.equal(await state(first.id), 'in_review');
  t.match((await editor.step('submit', first.id)).json(), {
    code: 'not_in_this_state',
    titleId: first.id,
    state: 'in_review',
  });
  t.equal((await editor.step('reject', first.id)).statusCode, 204);
  t.equal((await editor.step('approve', first.id)).statusCode, 204);
  t.equal(await state(first.id), 'approved');

  const all = [series.id, season.id, first.id, second.id];
  t.match((await editor.step('publish', ...all)).json(), { code: 'not_complete', missing: 'asset' });
  t.equal(await state(series.id), 'draft', 'all or none');
  for (const id of [first.id, second.id]) await editor.change(id, { assetId: (await api.rows.asset()).id });
  t.equal((await editor.step('publish', ...all)).statusCode, 204);
  for (const id of all)
    t.match(await editor.get(id), { state: 'published', windows: [{ region: '*', closesAt: null }] });

  t.equal((await editor.step('withdraw', series.id)).statusCode, 204);
  t.match(await editor.get(first.id), { state: 'published', windows: [] }, 'its series is gone for viewers');
});

t.test('what is to come may wait for its video', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const movie = await editor.make({ kind: 'movie' });
  const now = api.clock.now();
  await editor.release(movie.id, ['*', now + day], ['KR', now]);
  t.match((await editor.step('publish', movie.id)).json(), { code: 'not_complete' }, 'there it would be seen');
  await editor.release(movie.id, ['*', now + day, now + 2 * day], ['KR', now + day / 2]);
  t.equal((await editor.step('publish', movie.id)).statusCode, 204);
  t.match((await editor.get(movie.id)).windows, [
    { region: '*', closesAt: new Date(now + 2 * day).toISOString() },
    { region: 'KR', closesAt: null },
  ]);
});

t.test('releases that make no sense are refused', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie' });
  t.equal((await editor.release(id, ['*', 4, 5])).statusCode, 200);
  t.equal((await editor.release(id, ['*', 5, 4])).statusCode, 400, 'it ends before it begins');
  t.equal((await editor.release(id, ['KR', 5], ['KR', 6])).statusCode, 400, 'twice the same region');
  t.equal((await editor.release(id, ['kr', 5])).statusCode, 400);
  const release = { region: '*', opensAt: '2026-12-24T18:00:00.000Z', closesAt: null, timeZone: 'Mars/Olympus' };
  const answer = await editor.send('PUT', `/titles/${id}/releases`, { revision: 2, releases: [release] });
  t.match(answer.json(), { code: 'invalid_request' });
  t.match((await editor.get(id)).releases, [{ region: '*', opensAt: '1970-01-01T00:00:00.004Z' }]);
});

t.test('windows follow from what was said, whatever was done in which order', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const titles = [series, season, ...episodes].map(({ id }) => id);
  for (const { id } of episodes) await editor.change(id, { assetId: (await api.rows.asset()).id });
  const now = api.clock.now();
  const action = fc.oneof(
    fc.record({ step: fc.constantFrom('publish', 'publish', 'withdraw', 'reopen'), title: fc.constantFrom(...titles) }),
    fc.record({
      releases: fc.uniqueArray(fc.tuple(fc.constantFrom('*', 'KR', 'DE'), fc.integer({ min: -3, max: 3 })), {
        maxLength: 3,
        selector: ([region]) => region,
      }),
      title: fc.constantFrom(...titles),
    }),
    fc.record({ deleted: fc.boolean(), title: fc.constantFrom(...titles.slice(1)) }),
  );
  const facts = async (id: string): Promise<readonly ReleaseFacts[]> => {
    const { state, deletedAt, releases, parentId } = await editor.get(id);
    const own = {
      state,
      isDeleted: deletedAt !== null,
      releases: new Map(
        releases.map(({ region, opensAt }) => [region, { opensAt: Date.parse(opensAt), closesAt: null }]),
      ),
    };
    return [own, ...(parentId === null ? [] : await facts(parentId))];
  };
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 8 }), async (actions) => {
      for (const given of actions)
        if ('step' in given) await editor.step(given.step, given.title);
        else if ('releases' in given)
          await editor.release(
            given.title,
            ...given.releases.map(([region, days]) => [region, now + days * day] as const),
          );
        else if (given.deleted) await editor.send('DELETE', `/titles/${given.title}`);
        else await editor.send('POST', `/titles/${given.title}/restore`);
      for (const id of titles) {
        const expected = [...effectiveWindows(await facts(id))].map(([region, { opensAt }]) => `${region} ${opensAt}`);
        const { windows } = await editor.get(id);
        const stored = windows.map(({ region, opensAt }) => `${region} ${Date.parse(opensAt)}`);
        if (stored.length !== expected.length || !stored.every((each) => expected.includes(each))) return false;
      }
      return true;
    }),
    { numRuns: 25 },
  );
  t.pass('25 times some changes');
});
