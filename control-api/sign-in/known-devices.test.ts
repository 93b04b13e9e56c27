import t from 'tap';
import { isKnownDevice } from './known-devices.ts';

const phone = { userAgent: 'Mozilla/5.0 (Linux; Android 15) Chrome/141.0.0.0 Mobile', address: '203.0.113.7' };
const before = { user_agent: phone.userAgent, address: phone.address };

t.test('a device that an account knows', (t) => {
  t.ok(isKnownDevice(phone, []), 'the first one of all');
  t.ok(isKnownDevice(phone, [before]));
  t.ok(isKnownDevice({ ...phone, address: '203.0.113.200' }, [before]), 'near by');
  t.ok(isKnownDevice({ ...phone, userAgent: phone.userAgent.replace('141', '142') }, [before]), 'after an update');
  t.notOk(isKnownDevice({ ...phone, address: '198.51.100.7' }, [before]), 'elsewhere');
  t.notOk(isKnownDevice({ ...phone, userAgent: 'curl/8.1' }, [before]), 'another program');
  t.notOk(isKnownDevice({ ...phone, userAgent: null }, [before]));
  t.ok(isKnownDevice({ ...phone, userAgent: 'curl/8.1' }, [before, { ...before, user_agent: 'curl/7.0' }]));
  t.end();
});
