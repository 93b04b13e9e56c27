import t from 'tap';
import { randomFrom } from '../../server/testing/random.ts';
import { startControlApi } from '../testing/harness.ts';
import { mostProfiles } from './household.ts';
import { outcome, profilesOf } from './testing/requests.ts';

t.test('an account has one main profile and at most five, whatever is done at the same time', async (t) => {
  const api = await startControlApi(t);
  for (const seed of [1, 2, 3, 4]) {
    const random = randomFrom(seed);
    const viewer = await api.as('viewer');
    const signIns = [viewer.authorization, await api.signIn(viewer), await api.signIn(viewer)];
    // Whose profile is deleted may not make any: that one only chooses.
    const watcher = profilesOf(api, await api.signIn(viewer));
    const anyone = () => profilesOf(api, signIns[random(0, signIns.length - 1)] ?? '');
    // Nobody has asked for the profiles yet: the first of these makes the main one.
    for (let round = 0; round < 6; round += 1) {
      const before = round === 0 ? [] : (await anyone().list()).items.map(({ id }) => id);
      const attempts = Array.from({ length: random(2, 9) }, () => {
        const [what, of] = [random(0, 9), before[random(0, Math.max(0, before.length - 1))]];
        if (what < 6 || of === undefined) return { made: true, code: outcome(anyone().create()) };
        if (what < 8) return { deleted: of, code: outcome(anyone().remove(of)) };
        return { code: outcome(watcher.choose(of)) };
      });
      const done = await Promise.all(attempts.map(async (attempt) => ({ ...attempt, code: await attempt.code })));
      const { items } = await anyone().list();
      const what = `seed ${seed}, round ${round}: ${JSON.stringify(done.map(({ code }) => code))}`;
      t.equal(items.filter(({ isMain }) => isMain).length, 1, what);
      t.ok(items.length <= mostProfiles, what);
      const made = done.filter((each) => 'made' in each && each.code === 201).length;
      const deleted = done.filter((each) => 'deleted' in each && each.code === 204).length;
      t.equal(items.length, Math.max(1, before.length) + made - deleted, what);
      for (const { code } of done)
        t.ok([200, 201, 204, 'too_many_profiles', 'main_profile', 'not_found'].includes(code), what);
      if (done.every((each) => 'made' in each))
        t.equal(made, Math.min(done.length, mostProfiles - Math.max(1, before.length)), `no room is wasted: ${what}`);
    }
  }
});
