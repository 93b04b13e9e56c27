import t from 'tap';
import { startControlApi, type Harness } from '../testing/harness.ts';
import type { ProfileView } from './schemas.ts';
import { look, outcome, profilesOf } from './testing/requests.ts';

const records = (api: Harness, subject: string) =>
  api.db.selectFrom('audit_log').selectAll().where('subject', '=', subject).orderBy('id').execute();

t.test('every account has a main profile, also when several ask for it at once', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  const profiles = profilesOf(api, viewer.authorization);
  const lists = await Promise.all([1, 2, 3, 4].map(() => profiles.list()));
  const [list] = lists;
  t.strictSame(lists, [list, list, list, list]);
  t.equal(list?.items.length, 1);
  const [main] = list?.items ?? [];
  t.match(main, { name: null, isMain: true, isKids: false, maturityLimit: null, language: null, hasPin: false });
  t.equal(list?.currentId, main?.id, 'it is the one that requests are for until another is chosen');
  t.strictSame(await profiles.current(), { profile: main, isChosen: false });
  t.match(await records(api, String(main?.id)), [{ event: 'profile.created', actor: null, after: '{"isMain":true}' }]);
  t.equal(await outcome(profiles.remove(String(main?.id))), 'main_profile');
  t.equal(await outcome(profiles.restrict(String(main?.id), true, 6)), 'main_profile');
  t.equal((await profiles.restrict(String(main?.id), false, 16)).json<ProfileView>().maturityLimit, 16);
});

t.test('profiles are made, changed and deleted, and the log says so', async (t) => {
  const api = await startControlApi(t);
  const profiles = profilesOf(api, (await api.as('viewer')).authorization);
  const answer = await profiles.create({
    name: '  Mia\u202E \n of the \u0000 sea ',
    language: 'PT-br',
    isKids: true,
    preferences: { autoplayNext: false, subtitleStyle: { size: 'large' } },
  });
  t.equal(answer.statusCode, 201, answer.body);
  const mia = answer.json<ProfileView>();
  t.match(mia, {
    id: /^profile_/,
    name: 'Mia of the sea',
    avatar: { picture: 'koala', colour: 'teal' },
    language: 'pt-BR',
    isKids: true,
    isMain: false,
    maturityLimit: 12,
    hasPin: false,
    preferences: { autoplayNext: false, autoplayPreviews: true, subtitleStyle: { size: 'large', colour: 'white' } },
  });
  api.clock.advance(1000);
  const changed = await profiles.change(mia.id, {
    name: 'Mia',
    avatar: { picture: 'owl', colour: 'red' },
    language: null,
    preferences: { audioLanguage: 'ja', subtitleStyle: { colour: 'yellow' } },
  });
  t.equal(changed.statusCode, 200, changed.body);
  t.match(changed.json(), {
    name: 'Mia',
    avatar: { picture: 'owl', colour: 'red' },
    language: null,
    maturityLimit: 12,
    preferences: { autoplayNext: false, audioLanguage: 'ja', subtitleStyle: { size: 'large', colour: 'yellow' } },
  });
  t.equal(Date.parse(changed.json<ProfileView>().updatedAt) - Date.parse(mia.updatedAt), 1000);
  t.strictSame((await profiles.list()).items[1], changed.json());

  t.match((await profiles.restrict(mia.id, false, 16)).json(), { isKids: false, maturityLimit: 16, name: 'Mia' });
  t.equal(await outcome(profiles.remove(mia.id)), 204);
  t.equal(await outcome(profiles.remove(mia.id)), 'not_found');
  t.equal(await outcome(profiles.change(mia.id, { name: 'Mia' })), 'not_found');
  t.equal((await profiles.list()).items.length, 1);

  const log = await records(api, mia.id);
  t.same(
    log.map(({ event }) => event),
    ['profile.created', 'profile.changed', 'profile.changed', 'profile.deleted'],
  );
  t.match(JSON.parse(String(log[1]?.before)), { name: 'Mia of the sea', picture: 'koala', language: 'pt-BR' });
  t.match(JSON.parse(String(log[1]?.after)), { name: 'Mia', picture: 'owl', language: null });
  t.strictSame(
    [log[2]?.before, log[2]?.after],
    ['{"isKids":true,"maturityLimit":12}', '{"isKids":false,"maturityLimit":16}'],
  );
});

t.test('what a profile cannot be', async (t) => {
  const api = await startControlApi(t);
  const profiles = profilesOf(api, (await api.as('viewer')).authorization);
  const { id } = await profiles.made();
  for (const wrong of [
    { name: '' },
    { name: '\u200B\u00AD ' },
    { name: 'x'.repeat(41) },
    { avatar: { picture: '../../secret', colour: 'teal' } },
    { avatar: { picture: 'koala', colour: '#fff' } },
    { avatar: { picture: 'koala', colour: 'teal', url: 'https://example.com' } },
    { avatar: 'koala' },
    { language: 'english' },
    { language: 'de--AT' },
    { preferences: {} },
    { preferences: { smell: 'roses' } },
    { preferences: { topRungOnMobile: 481 } },
    { preferences: { subtitleStyle: { size: 'x'.repeat(1000) } } },
    { preferences: { subtitleStyle: { smell: 'roses' } } },
    { preferences: { audioLanguage: 'de-1996-1996' } },
    { preferences: { autoplayNext: 'yes' } },
    { isMain: true },
    { pin: '1234' },
    { accountId: 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV' },
  ]) {
    t.equal(await outcome(profiles.create(wrong)), 'invalid_request', `made: ${JSON.stringify(wrong).slice(0, 60)}`);
    t.equal(
      await outcome(profiles.change(id, wrong)),
      'invalid_request',
      `changed: ${JSON.stringify(wrong).slice(0, 60)}`,
    );
  }
  for (const wrong of [
    { maturityLimit: 13 },
    { maturityLimit: -1 },
    { isKids: true, maturityLimit: 16 },
    { isKids: true, maturityLimit: null },
  ])
    t.equal(await outcome(profiles.create(wrong)), 'invalid_request', JSON.stringify(wrong));
  for (const [isKids, limit] of [
    [true, 16],
    [true, null],
    [false, 7],
  ] as const)
    t.equal(await outcome(profiles.restrict(id, isKids, limit)), 'invalid_request', `${isKids} ${limit}`);
  for (const key of ['maturityLimit', 'isKids'])
    t.equal(await outcome(profiles.change(id, { [key]: null })), 'invalid_request', `${key} is no matter of looks`);
  t.equal(await outcome(profiles.change(id, {})), 'invalid_request');
  t.equal(await outcome(profiles.change("profile_'; drop table profiles; --", look)), 'invalid_request');
  t.equal((await profiles.list()).items.length, 2, 'nothing of it was made');
});

t.test('protection and whole profiles are taken away only by who proved lately who they are', async (t) => {
  const api = await startControlApi(t);
  const profiles = profilesOf(api, (await api.as('viewer')).authorization);
  const mia = await profiles.made({ isKids: true });
  await profiles.setPin(mia.id, '1234');
  const provenAgo = (ms: number) =>
    api.db
      .updateTable('sign_ins')
      .set({ authenticated_at: api.clock.now() - ms })
      .execute();
  await provenAgo(15 * 60_000);
  t.equal(await outcome(profiles.restrict(mia.id, true, 6)), 200);
  await provenAgo(15 * 60_000 + 1);
  for (const [name, attempt] of Object.entries({
    restrict: profiles.restrict(mia.id, false, null),
    remove: profiles.remove(mia.id),
    removePin: profiles.removePin(mia.id),
    askPinToLeaveKids: profiles.askPinToLeaveKids(false),
  }))
    t.equal(await outcome(attempt), 'step_up_required', name);
  t.equal(await outcome(profiles.change(mia.id, { name: 'Mia B.' })), 200, 'looks need no proof');
  t.match((await api.db.selectFrom('profiles').selectAll().where('id', '=', mia.id).execute())[0], {
    is_kids: 1,
    maturity_limit: 6,
    pin_hash: String,
  });
});

t.test('the profiles of others are not there, whoever asks', async (t) => {
  const api = await startControlApi(t);
  const owner = await api.as('viewer');
  const theirs = profilesOf(api, owner.authorization);
  const mia = await theirs.made();
  await theirs.setPin(mia.id, '1234');
  const before = await theirs.list();
  for (const role of ['viewer', 'content_manager', 'super_admin'] as const) {
    const profiles = profilesOf(api, (await api.as(role)).authorization);
    for (const [name, attempt] of Object.entries({
      change: profiles.change(mia.id, { name: 'Stolen' }),
      restrict: profiles.restrict(mia.id, false, null),
      remove: profiles.remove(mia.id),
      choose: profiles.choose(mia.id, '1234'),
      setPin: profiles.setPin(mia.id, '0000', '1234'),
      removePin: profiles.removePin(mia.id),
    }))
      t.equal(await outcome(attempt), 'not_found', `${role}: ${name}`);
    t.notOk(
      (await profiles.list()).items.some(({ id }) => id === mia.id),
      role,
    );
    t.not((await profiles.current()).profile?.id, mia.id);
  }
  t.strictSame(await theirs.list(), before, 'nothing was changed');
  t.same(await api.db.selectFrom('chosen_profiles').selectAll().execute(), []);
});

t.test('profiles go with their account', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  const profiles = profilesOf(api, viewer.authorization);
  const mia = await profiles.made();
  await profiles.choose(mia.id);
  await profiles.setPin((await profiles.list()).items[0]?.id ?? '', '1234');
  await profiles.askPinToLeaveKids(true);
  await api.db.deleteFrom('accounts').where('id', '=', viewer.id).execute();
  for (const table of ['profiles', 'chosen_profiles', 'profile_settings'] as const)
    t.same(await api.db.selectFrom(table).selectAll().execute(), [], table);
  t.equal(await outcome(profiles.call('GET', '/profiles')), 'unauthenticated');
});

t.test('a profile is made once however often it is sent', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('viewer');
  const send = () =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/profiles',
      headers: { authorization, 'idempotency-key': 'mia' },
      body: look,
    });
  const [first, second] = [await send(), await send()];
  t.equal(first.statusCode, 201, first.body);
  t.equal(second.body, first.body);
  t.equal((await profilesOf(api, authorization).list()).items.length, 2);
});
