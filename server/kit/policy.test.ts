import t from 'tap';
import { roles, type Role } from './permissions.ts';
import {
  accountActions,
  actions,
  may,
  mayToAccount,
  mayToAll,
  ownerRoles,
  rolesOpenTo,
  type AccountAction,
  type Action,
} from './policy.ts';

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

/** Written down a second time: whose accounts each role may do it to. `-` nobody's, `v` those of who watches, `a` all. */
const expectedOfAccounts: Readonly<Record<AccountAction, Readonly<Record<Role, '-' | 'v' | 'a'>>>> = {
  'account.read': { super_admin: 'a', content_manager: '-', viewer: '-', support: 'v', finance: 'v', guest: '-' },
  'account.lock': { super_admin: 'a', content_manager: '-', viewer: '-', support: 'v', finance: '-', guest: '-' },
  'account.change': { super_admin: 'a', content_manager: '-', viewer: '-', support: '-', finance: '-', guest: '-' },
};

t.test('who may do what to whose accounts', async (t) => {
  t.same(Object.keys(expectedOfAccounts).sort(), [...accountActions].sort(), 'every action is here');
  const watching: readonly Role[] = ['viewer', 'guest'];
  for (const action of accountActions)
    for (const role of roles) {
      const who = { accountId: 'account_a', role };
      const rule = expectedOfAccounts[action][role];
      const open = roles.filter((whose) => rule === 'a' || (rule === 'v' && watching.includes(whose)));
      t.same(rolesOpenTo(role, action), open, `${role} ${action}`);
      for (const whose of roles) {
        const other = { accountId: 'account_b', role: whose };
        t.equal(mayToAccount(who, action, other), open.includes(whose), `${role} ${action} of a ${whose}`);
        const own = mayToAccount(who, action, { ...other, accountId: 'account_a' });
        t.equal(own, action === 'account.read' && open.includes(whose), `${role} ${action} to itself`);
      }
    }
});
