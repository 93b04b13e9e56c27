import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { OperatorError } from '../kit/errors.ts';
import { chooseRoles } from './roles.ts';

t.test('a part of the roles needs what processes share', (t) => {
  const config = loadConfig();
  t.same([...chooseRoles(config, undefined)], ['control-api', 'transcoder', 'origin']);
  t.same([...chooseRoles(config, ['origin', 'control-api', 'transcoder'])].sort(), [
    'control-api',
    'origin',
    'transcoder',
  ]);
  const refusal = (overrides: Record<string, unknown>): string => {
    try {
      chooseRoles(loadConfig({ overrides }), ['origin']);
    } catch (error) {
      t.ok(error instanceof OperatorError);
      return (error as Error).message;
    }
    return '';
  };
  t.match(refusal({}), /database\.kind.*storage\.kind.*sessions\.kind.*events\.kind.*limits\.kind.*keys\.kind/);
  t.notMatch(refusal({ keys: { kind: 'database', secret: 'x'.repeat(32) } }), /keys\.kind/);
  t.throws(() => chooseRoles(config, ['orign']), /There is no role orign/);
  t.end();
});

t.test('a control API without an origin must know where that is', async (t) => {
  const embedded = loadConfig();
  /** Of no backend that lives inside one process. */
  const shared = {
    ...embedded,
    ...Object.fromEntries(
      (['database', 'storage', 'sessions', 'events', 'limits', 'keys'] as const).map((section) => [
        section,
        { ...embedded[section], kind: 'elsewhere' },
      ]),
    ),
  } as unknown as Config;
  t.same([...chooseRoles(shared, ['transcoder'])], ['transcoder']);
  t.throws(() => chooseRoles(shared, ['control-api']), /Set origin\.publicUrl/);
  const elsewhere = { ...shared, origin: { ...shared.origin, publicUrl: 'https://media.example.com' } };
  t.same([...chooseRoles(elsewhere, ['control-api'])], ['control-api']);
  const oneAddress = { ...shared, server: { ...shared.server, publicUrl: 'https://example.com' } };
  t.same([...chooseRoles(oneAddress, ['control-api'])], ['control-api']);
  t.same([...chooseRoles(shared, ['control-api', 'origin'])], ['control-api', 'origin'], 'it is here');
});
