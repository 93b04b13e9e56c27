import t from 'tap';
import { currentOf, hasLostItsProfile, isWithin, pinHolderFor, type Household, type ProfileRow } from './household.ts';

const profile = (id: string, columns: Partial<ProfileRow> = {}): ProfileRow => ({
  id,
  account_id: 'account_1',
  is_main: 0,
  name: id,
  picture: 'fox',
  colour: 'blue',
  language: null,
  maturity_limit: null,
  is_kids: 0,
  pin_hash: null,
  preferences: '{}',
  created_at: 0,
  updated_at: 0,
  ...columns,
});
const [open, locked] = [profile('open'), profile('locked', { pin_hash: 'x' })];
const [kid, lockedKid] = [profile('kid', { is_kids: 1 }), profile('locked-kid', { is_kids: 1, pin_hash: 'x' })];
const main = profile('main', { is_main: 1 });
const lockedMain = profile('main', { is_main: 1, pin_hash: 'x' });

const household = (first: ProfileRow, chosen?: ProfileRow | null, pinToLeaveKids = false): Household => ({
  profiles: [first, open, locked, kid, lockedKid],
  choice: chosen === undefined ? undefined : { profileId: chosen?.id ?? null },
  pinToLeaveKids,
});

t.test('whom a request is for', async (t) => {
  t.equal(currentOf(household(main)), main, 'nobody chose: the main profile');
  t.equal(currentOf(household(lockedMain)), undefined, 'unless it has a PIN');
  t.equal(currentOf(household(main, kid)), kid);
  t.equal(currentOf(household(main, locked)), locked, 'its PIN was given when it was chosen');
  t.equal(currentOf(household(main, null)), undefined, 'what was taken away is not replaced by the main one');
  t.ok(hasLostItsProfile(household(main, null)));
  t.notOk(hasLostItsProfile(household(main, kid)));
  t.notOk(hasLostItsProfile(household(lockedMain)), 'who has not chosen yet has lost nothing');
});

t.test('whose PIN is asked for', async (t) => {
  const table: readonly (readonly [string, Household, ProfileRow, string | undefined])[] = [
    ['one without a PIN', household(main, open), main, undefined],
    ['one with a PIN', household(main, open), locked, 'locked'],
    ['the same one again', household(main, locked), locked, 'locked'],
    ['from kids to one without a PIN', household(lockedMain, kid), open, undefined],
    ['the same, where the household wants a PIN', household(lockedMain, kid, true), open, 'main'],
    ['to the main one', household(lockedMain, kid, true), lockedMain, 'main'],
    ['to one with a PIN of its own', household(lockedMain, kid, true), locked, 'locked'],
    ["from one kids' profile to another", household(lockedMain, lockedKid, true), kid, undefined],
    ["to a kids' profile with a PIN", household(lockedMain, kid, true), lockedKid, 'locked-kid'],
    ['from a profile of a grown-up', household(lockedMain, open, true), open, undefined],
    ['on a new sign-in', household(lockedMain, undefined, true), open, undefined],
    ['where the profile was taken away', household(lockedMain, null, true), open, 'main'],
    ['the same, where no PIN is wanted', household(lockedMain, null), open, undefined],
  ];
  for (const [name, given, target, holder] of table) t.equal(pinHolderFor(given, target)?.id, holder, name);
});

t.test('limits within limits', async (t) => {
  t.ok(isWithin(null, null));
  t.ok(isWithin(18, null));
  t.ok(isWithin(6, 6));
  t.ok(isWithin(0, 6));
  t.notOk(isWithin(12, 6));
  t.notOk(isWithin(null, 18), 'no limit is the widest');
});
