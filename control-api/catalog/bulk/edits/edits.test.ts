import t, { type Test } from 'tap';
import { newId } from '../../../../server/kit/ids.ts';
import { startControlApi } from '../../../testing/harness.ts';
import { Editor } from '../../testing/catalogue.ts';
import type { TitleView } from '../../titles/schemas.ts';
import type { EditPreviewView } from './schemas.ts';

async function open(test: Test) {
  const api = await startControlApi(test);
  const editor = await Editor.start(api);
  const preview = async (titles: readonly string[], changes: object) => {
    const answer = await editor.send('POST', '/edits/preview', { titles, changes });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json<EditPreviewView>().titles;
  };
  /** As it was previewed. */
  const apply = async (seen: EditPreviewView['titles'], changes: object) =>
    editor.send('POST', '/edits', {
      titles: seen.map(({ titleId, revision }) => ({ id: titleId, revision: revision ?? 1 })),
      changes,
    });
  return { api, editor, preview, apply };
}

t.test('what was previewed is what is done', async (t) => {
  const { api, editor, preview, apply } = await open(t);
  const { series, season, episodes } = await editor.series(3);
  const ids = episodes.map(({ id }) => id);
  const [first] = episodes as [TitleView];
  await editor.change(first.id, { maturity: 12, texts: { de: { name: 'Die Tür', tagline: 'Zu' } } });
  const changes = {
    maturity: 12,
    texts: { en: { name: '{series} {season}x{number}: {name}' }, de: { name: 'Folge {number}', synopsis: ' Kommt. ' } },
    releases: {
      cadence: { region: '*', first: '2026-12-24T18:00', timeZone: 'Asia/Seoul', everyDays: 1, together: 2 },
    },
  };
  const seen = await preview(ids, changes);
  t.match(seen, [
    {
      revision: 2,
      number: 1,
      name: 'Some episode',
      problem: null,
      changes: [
        { field: 'name:en', before: 'Some episode', after: 'Some series 1x1: Some episode' },
        { field: 'name:de', before: 'Die Tür', after: 'Folge 1' },
        { field: 'synopsis:de', before: null, after: 'Kommt.' },
        { field: 'release:*', before: null, after: '2026-12-24T18:00+09:00[Asia/Seoul]' },
      ],
    },
    { revision: 1, changes: { length: 5 } },
    { revision: 1, changes: { 4: { after: '2026-12-25T18:00+09:00[Asia/Seoul]' } } },
  ]);
  t.equal((await editor.get(first.id)).revision, 2, 'nothing is changed');
  t.equal((await apply(seen, changes)).statusCode, 204);
  t.match(await editor.get(first.id), {
    name: 'Some series 1x1: Some episode',
    maturity: 12,
    texts: [{ language: 'de', name: 'Folge 1', tagline: 'Zu', synopsis: 'Kommt.' }, { language: 'en' }],
    releases: [{ region: '*', opensAt: '2026-12-24T09:00:00.000Z', closesAt: null, timeZone: 'Asia/Seoul' }],
  });
  t.match((await editor.get(ids[2] as string)).releases, [{ opensAt: '2026-12-25T09:00:00.000Z' }]);
  const recorded = await api.db
    .selectFrom('audit_log')
    .select(['event', 'subject'])
    .where('subject', 'in', ids)
    .execute();
  for (const id of ids)
    t.ok(
      ['title.changed', 'title.release-changed'].every((event) =>
        recorded.some((record) => record.subject === id && record.event === event),
      ),
    );

  const later = { releases: { shift: { days: 1, minutes: 30 } } };
  t.equal((await apply(await preview(ids, later), later)).statusCode, 204);
  t.match((await editor.get(first.id)).releases, [{ opensAt: '2026-12-25T09:30:00.000Z' }]);
  const none = { releases: { put: [] }, texts: { de: null }, maturity: null, year: 2026 };
  t.equal((await apply(await preview([series.id, season.id, ...ids], none), none)).statusCode, 204);
  t.match(await editor.get(first.id), { releases: [], maturity: null, year: 2026, texts: { length: 1 } });

  const { revision } = await editor.get(first.id);
  const same = await preview(ids, none);
  t.match(same, [{ changes: [] }, { changes: [] }, { changes: [] }]);
  t.equal((await apply(same, none)).statusCode, 204);
  t.equal((await editor.get(first.id)).revision, revision, 'what is so already stays');
});

t.test('what was changed meanwhile is not overwritten', async (t) => {
  const { editor, preview, apply } = await open(t);
  const { episodes } = await editor.series(3);
  const [first, second, third] = episodes as [TitleView, TitleView, TitleView];
  const changes = { year: 2026 };
  const seen = await preview([first.id, second.id, third.id], changes);
  await editor.change(second.id, { maturity: 6 });
  await editor.send('DELETE', `/titles/${third.id}`);
  const answer = await apply(seen, changes);
  t.match(answer.json(), {
    code: 'titles_changed',
    titles: [
      { titleId: second.id, revision: 2 },
      { titleId: third.id, revision: null },
    ],
  });
  t.equal((await editor.get(first.id)).year, null, 'all or none');
  const two = await preview([first.id, second.id], changes);
  const race = await Promise.all([apply(two, changes), apply(two.toReversed(), { year: 2025 })]);
  t.same(new Set(race.map(({ statusCode }) => statusCode)), new Set([204, 409]));
  const [one, other] = [await editor.get(first.id), await editor.get(second.id)];
  t.equal(one.year, other.year);
});

t.test('what cannot be is said for each title', async (t) => {
  const { editor, preview, apply } = await open(t);
  const { series, episodes } = await editor.series(2);
  const [first, second] = episodes as [TitleView, TitleView];
  await editor.release(second.id, ['*', 0, 1000]);
  const gone = newId('title');
  const ids = [series.id, first.id, second.id, gone];
  const refused = async (changes: object) => (await preview(ids, changes)).map(({ problem }) => problem !== null);
  t.same(await refused({ texts: { en: { name: '{season}' } } }), [true, false, false, true]);
  t.same(await refused({ texts: { en: { name: '{nothing}' } } }), [true, true, true, true]);
  t.same(await refused({ texts: { en: { name: '\u202e' } } }), [true, true, true, true]);
  t.same(await refused({ texts: { de: { tagline: 'x' } } }), [true, true, true, true], 'no name in German');
  t.same(await refused({ texts: { en: null } }), [true, true, true, true], 'the original stays');
  t.same(await refused({ texts: { de: null } }), [false, false, false, true]);
  t.same(await refused({ releases: { shift: { days: -1 } } }), [false, false, true, true], 'before 1970');
  t.same(await refused({ freeEpisodes: 3 }), [false, true, true, true], 'what series alone have');
  const cadence = { region: '*', first: '2026-12-24T18:00', timeZone: 'UTC' };
  t.same(await refused({ releases: { cadence } }), [false, false, true, true], 'it would end before it begins');

  const changes = { year: 2026, releases: { cadence } };
  const answer = await apply(await preview([first.id, second.id], changes), changes);
  t.match(answer.json(), { code: 'edit_refused', titles: [{ titleId: second.id, code: 'invalid_request' }] });
  t.equal((await editor.get(first.id)).year, null, 'all or none');

  for (const [body, what] of [
    [{}, 'nothing'],
    [{ slug: 'x' }, 'what one title alone can have'],
    [{ releases: { put: [], shift: { days: 1 } } }, 'two ways at once'],
    [{ releases: { cadence: { ...cadence, timeZone: 'Mars/Olympus' } } }, 'no time zone'],
    [{ releases: { cadence: { ...cadence, first: '2026-02-30T18:00' } } }, 'no day'],
    [{ releases: { cadence: { ...cadence, weekdays: [] } } }, 'no day of the week'],
    [{ releases: { cadence: { ...cadence, weekdays: [1], everyDays: 2 } } }, 'days of two kinds'],
  ] as const)
    t.equal((await editor.send('POST', '/edits/preview', { titles: ids, changes: body })).statusCode, 400, what);
  const many = Array.from({ length: 201 }, () => newId('title'));
  t.equal((await editor.send('POST', '/edits/preview', { titles: many, changes: { year: 2000 } })).statusCode, 400);
  const twice = [first, first].map(({ id }) => ({ id, revision: 1 }));
  t.equal((await editor.send('POST', '/edits', { titles: twice, changes: { year: 2000 } })).statusCode, 400);
});
