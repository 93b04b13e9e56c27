import t from 'tap';
import { MemoryLimits } from '../../server/limits/memory.ts';
import { UploadLocker } from './locker.ts';

t.test('one holder at a time, who is asked to let go', async (t) => {
  const locker = new UploadLocker(new MemoryLimits().locks);
  const signal = new AbortController().signal;
  const order: string[] = [];
  const first = locker.newLock('a');
  await first.lock(signal, () => {
    order.push('asked');
  });
  const second = locker
    .newLock('a')
    .lock(signal, () => undefined)
    .then(() => {
      order.push('second');
    });
  await locker.newLock('b').lock(signal, () => undefined);
  order.push('b is free');
  t.equal(
    await locker.ifFree('a', async () => {
      order.push('never');
    }),
    false,
  );
  await first.unlock();
  await second;
  t.same(order, ['asked', 'b is free', 'second']);
  await t.rejects(first.unlock(), /not held/);
});

t.test('who waits in vain is told', async (t) => {
  const locker = new UploadLocker(new MemoryLimits().locks);
  await locker.newLock('a').lock(new AbortController().signal, () => undefined);
  const controller = new AbortController();
  const waiting = locker.newLock('a').lock(controller.signal, () => undefined);
  controller.abort();
  await t.rejects(waiting, { code: 'upload_locked' });
});

t.test('work under the lock lets go, also when it fails', async (t) => {
  const locker = new UploadLocker(new MemoryLimits().locks);
  await t.rejects(
    locker.ifFree('a', async () => {
      throw new Error('x');
    }),
    /x/,
  );
  t.equal(await locker.ifFree('a', async () => undefined), true);
});
