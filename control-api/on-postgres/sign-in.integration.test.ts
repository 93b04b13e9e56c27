import { runOnPostgres } from '../testing/on-postgres.ts';

await runOnPostgres([
  'control-api/sign-in/devices/devices.test.ts',
  'control-api/sign-in/factors/second-factors.test.ts',
  'control-api/sign-in/invitations/invitations.test.ts',
  'control-api/sign-in/linked/linked.test.ts',
  'control-api/sign-in/mailed/recovery.test.ts',
  'control-api/sign-in/mailed/sign-up.test.ts',
  'control-api/sign-in/rotation.test.ts',
  'control-api/sign-in/sign-in.test.ts',
]);
