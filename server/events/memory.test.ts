import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { eventsContract } from '../testing/events-contract.ts';
import { MemoryEvents } from './memory.ts';

eventsContract(t, () => {
  const bus = new MemoryEvents({ logger: pino({ level: 'silent' }) });
  return Promise.resolve({ here: bus, there: bus });
});

t.test('a broken listener is in the log', async (t) => {
  const lines = new PassThrough();
  const bus = new MemoryEvents({ logger: pino(lines) });
  bus.subscribe('asset.deleted', () => {
    throw new Error('out of order');
  });
  await bus.publish('asset.deleted', { assetId: 'a' });
  t.match(String(lines.read()), /out of order.*asset\.deleted/);
  await bus.close();
});

t.test('a listener that is unsubscribed by one before it is not called', async (t) => {
  const bus = new MemoryEvents({ logger: pino({ level: 'silent' }) });
  const heard: string[] = [];
  bus.subscribe('asset.changed', () => {
    end();
  });
  const end = bus.subscribe('asset.changed', () => {
    heard.push('too late');
  });
  await bus.publish('asset.changed', { assetId: 'a' });
  t.strictSame(heard, []);
  await bus.close();
});
