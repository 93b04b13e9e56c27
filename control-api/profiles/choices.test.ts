import t from 'tap';
import { startControlApi, type Harness } from '../testing/harness.ts';
import type { CurrentProfileView, ProfileView } from './schemas.ts';
import { outcome, profilesOf } from './testing/requests.ts';

type Profiles = ReturnType<typeof profilesOf>;

const mainOf = async (profiles: Profiles): Promise<ProfileView> => {
  const main = (await profiles.list()).items.find(({ isMain }) => isMain);
  if (!main) throw new Error('There is no main profile');
  return main;
};

/** A household with a main profile that has the PIN 2580, one of a grown-up without a PIN, and one of a child. */
async function household(api: Harness) {
  const viewer = await api.as('viewer');
  const profiles = profilesOf(api, viewer.authorization);
  const main = await mainOf(profiles);
  const [ben, mia] = [await profiles.made({ name: 'Ben' }), await profiles.made({ isKids: true, maturityLimit: 6 })];
  await profiles.setPin(main.id, '2580');
  const tablet = profilesOf(api, await api.signIn(viewer));
  return { viewer, profiles, tablet, main, ben, mia };
}

t.test('a profile stays chosen for its sign-in, and for no other', async (t) => {
  const api = await startControlApi(t);
  const { viewer, profiles, tablet, ben, mia } = await household(api);
  t.strictSame(await tablet.current(), { profile: null, isChosen: false }, 'the main one has a PIN');
  const chosen = (await tablet.choose(mia.id)).json<CurrentProfileView>();
  t.strictSame(chosen, { profile: mia, isChosen: true });
  t.strictSame(await tablet.current(), chosen);
  t.equal((await tablet.list()).currentId, mia.id);
  t.equal((await profiles.choose(ben.id)).statusCode, 200);
  t.equal((await profiles.current()).profile?.id, ben.id);
  t.equal((await tablet.current()).profile?.id, mia.id);
  t.equal((await profilesOf(api, await api.signIn(viewer)).current()).profile, null);
  t.equal((await tablet.change(mia.id, { name: 'x' })).statusCode, 403);
  t.equal(await outcome(tablet.choose('profile_01ARZ3NDEKTSV4RRFFQ69G5FAV')), 'not_found');
});

t.test('a PIN is asked for, is nowhere to be read, and is limited', async (t) => {
  const api = await startControlApi(t);
  const { tablet, main, ben } = await household(api);
  t.match((await tablet.choose(main.id)).json(), { code: 'pin_required', status: 403, profileId: main.id });
  t.match((await tablet.choose(main.id, '0000')).json(), { code: 'wrong_pin', status: 403, profileId: main.id });
  for (const pin of ['258', '2580258', 'abcd', '２５８０', ' 2580'])
    t.equal(await outcome(tablet.choose(main.id, pin)), 'invalid_request', pin);
  t.equal(await outcome(tablet.choose(ben.id)), 200);
  t.equal(await outcome(tablet.choose(main.id, '2580')), 200);
  t.equal(await outcome(tablet.choose(ben.id)), 200);
  const answers = await Promise.all(['1', '2', '3', '4', '5', '6'].map((n) => tablet.choose(main.id, n.repeat(4))));
  const codes = answers.map((answer) => answer.json<{ code: string }>().code).sort();
  t.same(codes.slice(0, 2), ['too_many_requests', 'too_many_requests'], 'with the wrong one before, five');
  const refused = await tablet.choose(main.id, '2580');
  t.match(refused.json(), { code: 'too_many_requests', retryAfterSeconds: Number });
  t.ok(Number(refused.headers['retry-after']) > 0);
  t.equal((await tablet.current()).profile?.id, ben.id);

  const { pin_hash: hash } = await api.db
    .selectFrom('profiles')
    .select('pin_hash')
    .where('id', '=', main.id)
    .executeTakeFirstOrThrow();
  t.match(hash, /^\$argon2id\$/);
  const log = JSON.stringify(await api.db.selectFrom('audit_log').selectAll().execute());
  const lists = JSON.stringify(await tablet.list());
  for (const [name, text] of Object.entries({ log, lists, lines: api.logs.join('\n') }))
    for (const secret of ['"2580"', String(hash)]) t.notOk(text.includes(secret), `${name} hold no ${secret}`);
  t.ok(api.logs.some((line) => line.includes('profile.wrong-pin') && line.includes(main.id)));
});

t.test('processes count wrong PINs together', async (t) => {
  const api = await startControlApi(t);
  const { viewer, main } = await household(api);
  const beside = await startControlApi(t, { folder: api.config.dataDir, limits: api.limits, keyrings: api.keyrings });
  const authorization = await api.signIn(viewer);
  const codes: (string | number)[] = [];
  for (const process of [api, beside, api, beside, api, beside, api])
    codes.push(await outcome(profilesOf(process, authorization).choose(main.id, '0000')));
  t.same(codes, [...Array<string>(5).fill('wrong_pin'), 'too_many_requests', 'too_many_requests']);
});

t.test('a PIN is changed by who knows it; one that was forgotten is removed after a proof', async (t) => {
  const api = await startControlApi(t);
  const { viewer, profiles, tablet, main, ben } = await household(api);
  t.equal(await outcome(profiles.setPin(main.id, '1111')), 'pin_required');
  t.equal(await outcome(profiles.setPin(main.id, '1111', '0000')), 'wrong_pin');
  t.equal(await outcome(tablet.choose(main.id, '2580')), 200);
  t.equal((await profiles.setPin(main.id, '111111', '2580')).json<ProfileView>().hasPin, true);
  t.strictSame(await tablet.current(), { profile: null, isChosen: false }, 'who had chosen it has to choose again');
  t.equal(await outcome(tablet.choose(main.id, '2580')), 'wrong_pin');
  t.equal(await outcome(tablet.choose(main.id, '111111')), 200);

  t.equal(await outcome(profiles.choose(ben.id)), 200);
  t.equal(await outcome(profiles.setPin(ben.id, '3333')), 200);
  t.equal((await profiles.current()).profile?.id, ben.id, 'who sets a PIN keeps the profile');
  for (let n = 0; n < 5; n += 1) await tablet.choose(ben.id, '0000');
  t.equal(await outcome(tablet.choose(ben.id, '3333')), 'too_many_requests');
  t.equal(await outcome(profiles.removePin(ben.id)), 204);
  t.equal(await outcome(profiles.removePin(ben.id)), 204, 'it has none');
  t.equal(await outcome(profiles.setPin(ben.id, '4444')), 200);
  t.equal(await outcome(tablet.choose(ben.id, '4444')), 200, 'what was guessed before counts no more');

  await api.db
    .updateTable('sign_ins')
    .set({ authenticated_at: api.clock.now() - 16 * 60_000 })
    .where('account_id', '=', viewer.id)
    .execute();
  t.equal(await outcome(profiles.removePin(ben.id)), 'step_up_required');
  const log = await api.db.selectFrom('audit_log').selectAll().where('subject', '=', ben.id).orderBy('id').execute();
  t.same(
    log.filter(({ event }) => event === 'profile.pin-changed').map(({ before, after }) => [before, after]),
    [
      ['{"hasPin":false}', '{"hasPin":true}'],
      ['{"hasPin":true}', '{"hasPin":false}'],
      ['{"hasPin":false}', '{"hasPin":true}'],
    ],
  );
});

t.test("a kids' profile manages neither profiles nor the account", async (t) => {
  const api = await startControlApi(t);
  const { profiles, tablet, main, ben, mia } = await household(api);
  await tablet.choose(mia.id);
  const before = await profiles.list();
  for (const [name, attempt] of Object.entries({
    create: tablet.create({ name: 'No limits' }),
    rename: tablet.change(mia.id, { name: 'No limits' }),
    prefer: tablet.change(mia.id, { preferences: { autoplayNext: false } }),
    'raise its limit': tablet.restrict(mia.id, false, null),
    'limit others': tablet.restrict(ben.id, true, 0),
    remove: tablet.remove(ben.id),
    'set a PIN': tablet.setPin(mia.id, '1234'),
    'change the PIN of the main one, knowing it': tablet.setPin(main.id, '1234', '2580'),
    'remove a PIN': tablet.removePin(main.id),
    settings: tablet.askPinToLeaveKids(false),
    'the password': tablet.call('POST', '/accounts/me/password', {
      currentPassword: 'correct horse battery staple',
      newPassword: 'another long password',
    }),
  }))
    t.equal(await outcome(attempt), 'kids_profile', name);
  t.strictSame((await profiles.list()).items, before.items);
  t.equal(await outcome(profiles.restrict(mia.id, true, 12)), 200, 'a grown-up may, on another sign-in');
  t.equal((await tablet.current()).profile?.maturityLimit, 12, 'and it counts at once');

  t.equal(await outcome(tablet.choose(ben.id)), 200, 'it may be left');
  t.equal(await outcome(tablet.change(mia.id, { name: 'Mia B.' })), 200);
});

t.test("a PIN to leave kids' profiles", async (t) => {
  const api = await startControlApi(t);
  const { profiles, tablet, main, ben, mia } = await household(api);
  await profiles.removePin(main.id);
  t.equal(await outcome(profiles.askPinToLeaveKids(true)), 'main_pin_missing');
  await profiles.setPin(main.id, '2580');
  t.strictSame((await profiles.call('GET', '/profile-settings')).json(), { requirePinToLeaveKids: false });
  t.strictSame((await profiles.askPinToLeaveKids(true)).json(), { requirePinToLeaveKids: true });
  t.strictSame((await profiles.askPinToLeaveKids(true)).json(), { requirePinToLeaveKids: true }, 'as it was');
  t.strictSame((await tablet.call('GET', '/profile-settings')).json(), { requirePinToLeaveKids: true });
  t.equal(await outcome(profiles.removePin(main.id)), 'main_pin_in_use');

  t.equal(await outcome(tablet.choose(ben.id)), 200, 'from no profile yet');
  t.equal(await outcome(tablet.choose(mia.id)), 200);
  t.match((await tablet.choose(ben.id)).json(), { code: 'pin_required', profileId: main.id });
  t.match((await tablet.choose(ben.id, '0000')).json(), { code: 'wrong_pin', profileId: main.id });
  t.equal((await tablet.current()).profile?.id, mia.id);
  t.equal(await outcome(tablet.choose(ben.id, '2580')), 200);

  t.equal(await outcome(tablet.choose(mia.id)), 200);
  t.equal(await outcome(profiles.askPinToLeaveKids(false)), 200);
  t.equal(await outcome(tablet.choose(ben.id)), 200, 'no more');
});

t.test("the end of a kids' profile is no way out of it", async (t) => {
  const api = await startControlApi(t);
  const { profiles, tablet, main, ben, mia } = await household(api);
  await profiles.askPinToLeaveKids(true);
  await tablet.choose(mia.id);
  await profiles.remove(mia.id);
  t.strictSame(await tablet.current(), { profile: null, isChosen: false });
  t.equal(await outcome(tablet.create({ name: 'No limits' })), 'profile_not_chosen');
  t.match((await tablet.choose(ben.id)).json(), { code: 'pin_required', profileId: main.id });

  const lee = await profiles.made({ isKids: true });
  t.equal(await outcome(tablet.choose(lee.id)), 200);
  await profiles.setPin(lee.id, '7777');
  t.equal((await tablet.current()).profile, null, 'a PIN takes it away from others as well');
  t.equal(await outcome(tablet.choose(ben.id)), 'pin_required');
});

t.test('what a limited profile makes is limited', async (t) => {
  const api = await startControlApi(t);
  const { profiles, tablet, ben } = await household(api);
  await profiles.restrict(ben.id, false, 16);
  await tablet.choose(ben.id);
  for (const maturityLimit of [null, 18])
    t.equal(await outcome(tablet.create({ maturityLimit })), 'limit_too_high', String(maturityLimit));
  t.equal(await outcome(tablet.create()), 'limit_too_high');
  t.equal(await outcome(tablet.create({ maturityLimit: 16 })), 201);
});

t.test('viewers watch as the profile of their sign-in', async (t) => {
  const api = await startControlApi(t);
  const { profiles, tablet, ben } = await household(api);
  const { assetId } = await api.rows.title({ asset: 'ready', version: 'complete' });
  const play = (as: Profiles) => as.call('POST', '/playback/sessions', { assetId });
  t.match((await play(tablet)).json(), { code: 'profile_not_chosen', status: 403, reason: 'profile_not_chosen' });
  await tablet.choose(ben.id);
  t.equal((await play(tablet)).statusCode, 201);
  await profiles.remove(ben.id);
  t.equal(await outcome(play(tablet)), 'profile_not_chosen');
  const { authorization } = await api.as('viewer');
  t.equal((await play(profilesOf(api, authorization))).statusCode, 201, 'without a PIN nobody has to choose');
  t.equal((await api.db.selectFrom('profiles').selectAll().execute()).filter(({ is_main }) => is_main === 1).length, 2);
});

t.test('a choice does not outlive its PIN', async (t) => {
  const api = await startControlApi(t);
  const { profiles, tablet, ben } = await household(api);
  // As when the PIN is set while it is being chosen: the one that was read first has none.
  const transaction = api.db.transaction.bind(api.db);
  let isSet = false;
  api.db.transaction = () => {
    const builder = transaction();
    const execute = builder.execute.bind(builder);
    builder.execute = async (work) => {
      if (!isSet) {
        isSet = true;
        t.equal(await outcome(profiles.setPin(ben.id, '1234')), 200);
      }
      return execute(work);
    };
    return builder;
  };
  t.equal(await outcome(tablet.choose(ben.id)), 'conflict');
  api.db.transaction = transaction;
  t.equal((await tablet.current()).profile, null);
});

t.test('what was chosen goes with the sign-in', async (t) => {
  const api = await startControlApi(t);
  const { viewer, profiles, tablet, ben } = await household(api);
  await profiles.choose(ben.id);
  await tablet.choose(ben.id);
  const chosen = async () => (await api.db.selectFrom('chosen_profiles').select('family_id').execute()).length;
  t.equal(await chosen(), 2);
  api.clock.advance(api.config.accounts.refreshTokenDays * 86_400_000 + 1);
  await api.signIn(viewer);
  await api.upkeep('sign-in.collect-tokens');
  t.equal(await chosen(), 0);
});
