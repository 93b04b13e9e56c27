import t from 'tap';
import { roles, type Role } from './permissions.ts';
import { actions, may, mayToAll, ownerRoles, type Action } from './policy.ts';

/** Written down a second time: what each role may do to things of its own, and of others. `-` neither, `o` own, `a` all. */
const expected: Readonly<Record<Action, Readonly<Record<Role, '-' | 'o' | 'a'>>>> = {
  'asset.read': { super_admin: 'a', content_manager: 'a', viewer: '-', support: '-', finance: '-', guest: '-' },
  'asset.change': { super_admin: 'a', content_manager: 'o', viewer: '-', support: '-', finance: '-', guest: '-' },
  'session.read': { super_admin: 'a', content_manager: 'o', viewer: 'o', support: 'o', finance: 'o', guest: 'o' },
  'session.end': { super_admin: 'a', content_manager: 'o', viewer: 'o', support: 'o', finance: 'o', guest: 'o' },
  'upload.list': { super_admin: 'a', content_manager: 'o', viewer: '-', support: '-', finance: '-', guest: '-' },
  'upload.continue': { super_admin: 'o', content_manager: 'o', viewer: '-', support: '-', finance: '-', guest: '-' },
  'upload.end': { super_admin: 'a', content_manager: 'o', viewer: '-', support: '-', finance: '-', guest: '-' },
};

t.test('who may do what to whose things', async (t) => {
  t.same(Object.keys(expected).sort(), [...actions].sort(), 'every action is here');
  for (const action of actions)
    for (const role of roles) {
      const who = { accountId: 'account_a', role };
      const rule = expected[action][role];
      t.equal(may(who, action, { ownerId: 'account_a' }), rule !== '-', `${role} ${action} own`);
      t.equal(may(who, action, { ownerId: 'account_b' }), rule === 'a', `${role} ${action} of others`);
      t.equal(mayToAll(who, action), rule === 'a', `${role} ${action} of everybody`);
    }
});

t.test('owners that queries look for are those that the rule allows', async (t) => {
  t.same(ownerRoles('upload.continue'), ['super_admin', 'content_manager']);
});
