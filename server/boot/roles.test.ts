import t from 'tap';
import { loadConfig } from '../../config/load.ts';
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
