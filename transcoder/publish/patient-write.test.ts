import t from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { patientWrite } from './patient-write.ts';

const away = () => new ProblemError('storage_unavailable');
const { signal } = new AbortController();

t.test('a store that is away for a moment costs nothing but the moment', async (t) => {
  let tries = 0;
  const write = async () => {
    tries += 1;
    if (tries < 3) throw new Error('The file could not be stored', { cause: away() });
  };
  await patientWrite(write, signal, [1, 1, 1]);
  t.equal(tries, 3);
  await t.rejects(
    patientWrite(() => Promise.reject(away()), signal, [1, 1]),
    { code: 'storage_unavailable' },
    'one that stays away is given up',
  );
});

t.test('what another try does not help is not tried again, and neither is what nobody wants', async (t) => {
  let tries = 0;
  const full = () => {
    tries += 1;
    return Promise.reject(new ProblemError('insufficient_storage'));
  };
  await t.rejects(patientWrite(full, signal, [1]), { code: 'insufficient_storage' });
  t.equal(tries, 1);
  const stopping = new AbortController();
  const write = () => {
    setImmediate(() => stopping.abort(new Error('cancelled')));
    return Promise.reject(away());
  };
  await t.rejects(patientWrite(write, stopping.signal, [60_000]), { message: 'cancelled' });
  await t.rejects(
    patientWrite(async () => void t.fail('it is not begun'), stopping.signal),
    { message: 'cancelled' },
  );
});
