import t from 'tap';
import { isAllowed, permissions, permissionsOf, roles, rolesWith, staffRoles } from './permissions.ts';

t.test('every permission is given to somebody, and each list is in order', async (t) => {
  for (const permission of permissions) t.ok(rolesWith(permission).length > 0, permission);
  for (const role of roles) {
    const given = permissionsOf(role);
    t.same(given, [...new Set(given)].sort(), role);
    for (const permission of permissions) t.equal(isAllowed(role, permission), given.includes(permission));
  }
});

t.test('who may do what', async (t) => {
  t.same(permissionsOf('super_admin'), permissions);
  t.same(rolesWith('uploads.create'), ['super_admin', 'content_manager']);
  t.same(rolesWith('accounts.manage'), ['super_admin']);
  t.same(rolesWith('playback.start'), roles);
  t.same(rolesWith('accounts.lock'), ['super_admin', 'support']);
  t.same(
    rolesWith('account.manage-own'),
    roles.filter((role) => role !== 'guest'),
  );
  t.same(staffRoles, ['super_admin', 'content_manager', 'support', 'finance']);
});
