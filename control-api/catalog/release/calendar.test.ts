import t from 'tap';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { CalendarView } from './calendar-schemas.ts';

const day = 86_400_000;

t.test('what opens and closes, of drafts as well, in the order of time', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const now = api.clock.now();
  const { series, season, episodes } = await editor.series(2);
  const first = episodes[0]!;
  const movie = await editor.make({ kind: 'movie', text: { name: 'A movie' } });
  await editor.release(series.id, ['*', now + 2 * day], ['KR', now + day, now + 9 * day], ['JP', now + day, now + day]);
  await editor.release(first.id, ['*', now + 3 * day]);
  await editor.release(movie.id, ['*', now + 4 * day]);
  await editor.change(first.id, { assetId: (await api.rows.asset()).id });
  await editor.step('publish', series.id, season.id, first.id);
  const read = async (from: number, to: number) => {
    const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    return editor.send('GET', `/calendar?${query}`);
  };
  const said = async (from: number, to: number) => {
    const { items, isWhole } = (await read(from, to)).json<CalendarView>();
    t.equal(isWhole, true);
    return items.map(({ at, what, region, name, rootName, isSeen }) =>
      [(Date.parse(at) - now) / day, what, region, name, rootName, isSeen].join(' | '),
    );
  };
  const all = [
    '1 | opens | KR | Some series | Some series | true',
    '2 | opens | * | Some series | Some series | true',
    '3 | opens | * | Some episode | Some series | true',
    '4 | opens | * | A movie | A movie | false',
    '9 | closes | KR | Some series | Some series | true',
  ];
  t.same(await said(now, now + 30 * day), all, 'where it is not there at all nothing opens');
  t.same(await said(now + 2 * day, now + 4 * day), all.slice(1, 3), 'to is the moment after');

  await editor.release(first.id, ['*', now + 1.5 * day]);
  t.match(
    await said(now + 1.5 * day, now + 1.6 * day),
    ['1.5 | opens | * | Some episode | Some series | false'],
    'the series opens later',
  );
  t.match((await read(now, now + 30 * day)).json<CalendarView>().items[0], {
    titleId: series.id,
    kind: 'series',
    number: null,
    state: 'published',
    timeZone: 'Asia/Seoul',
  });
  await editor.send('DELETE', `/titles/${series.id}`);
  t.same(await said(now, now + 30 * day), all.slice(3, 4), 'what is deleted does not open');
});

t.test('the time that is asked for has bounds, and so has the answer', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const now = api.clock.now();
  const iso = (time: number) => new Date(time).toISOString();
  for (const [from, to] of [
    [now, now],
    [now, now - 1],
    [now, now + 401 * day],
  ] as const)
    t.match(
      (await editor.send('GET', `/calendar?from=${iso(from)}&to=${iso(to)}`)).json(),
      { code: 'invalid_request' },
      `${to - from}`,
    );
  t.match((await editor.send('GET', '/calendar')).json(), { code: 'invalid_request' });

  const titles = await Promise.all(
    Array.from({ length: 5 }, (_, n) => editor.make({ kind: 'movie', text: { name: `Movie ${n}` } })),
  );
  const regions = Array.from({ length: 201 }, (_, n) => String.fromCharCode(65 + Math.floor(n / 26), 65 + (n % 26)));
  const rows = titles.flatMap(({ id }) =>
    regions.map((region) => ({ title_id: id, region, opens_at: now, closes_at: null, time_zone: 'UTC' })),
  );
  for (let at = 0; at < rows.length; at += 100)
    await api.db
      .insertInto('releases')
      .values(rows.slice(at, at + 100))
      .execute();
  const answer = await editor.send('GET', `/calendar?from=${iso(now)}&to=${iso(now + day)}`);
  const { items, isWhole } = answer.json<CalendarView>();
  t.equal(items.length, 1000);
  t.equal(isWhole, false, 'it says that there are more');
});

t.test('titles by their place and by their video', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(1);
  const { id: assetId } = await api.rows.asset();
  await editor.change(episodes[0]!.id, { assetId });
  const ids = async (query: string) =>
    (await editor.send('GET', `/titles?${query}`)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
  t.same(await ids('isRoot=true'), [series.id]);
  t.same(await ids('isRoot=false'), [episodes[0]!.id, season.id]);
  t.same(await ids(`assetId=${assetId}`), [episodes[0]!.id]);
});
