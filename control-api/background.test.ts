import t from 'tap';
import { createLogger } from '../server/kit/logger.ts';
import { MemoryLimits } from '../server/limits/memory.ts';
import type { Consumer } from '../server/outbox/port.ts';
import { Background } from './background.ts';
import type { Feature } from './feature.ts';

const logger = createLogger({ level: 'silent' });
const consumer: Consumer = {
  name: 'playback.end-streams',
  events: ['version.ended'],
  deliver: () => Promise.resolve(),
};

/** A feature that has everything, and notes what happens to it. */
function noting(did: string[]): Feature {
  const note = (what: string) => {
    did.push(what);
    return Promise.resolve();
  };
  return {
    name: 'playback',
    upkeep: [{ name: 'playback.collect', everyMs: 60_000, atStart: true, run: () => note('upkeep') }],
    startJobs() {
      did.push('jobs begin');
      return ({ force }) => note(force ? 'jobs are forced to end' : 'jobs end');
    },
    consumers: [consumer],
    close: () => note('close'),
  };
}

t.test('what features do begins and ends with the process', async (t) => {
  const did: string[] = [];
  const known: string[] = [];
  const { leases } = new MemoryLimits();
  const outbox = {
    makeKnown: ({ name }: { readonly name: string }) => {
      known.push(name);
      return Promise.resolve();
    },
    consume: ({ name }: { readonly name: string }) => {
      did.push(`${name} begins`);
      return Promise.resolve(async () => {
        did.push(`${name} ends`);
      });
    },
  };
  const background = new Background([{ name: 'web' }, noting(did)], { leases, outbox, logger });
  t.same(
    background.upkeep.map(({ name }) => name),
    ['playback.collect'],
  );
  t.same(did, [], 'nothing begins by itself');
  await background.closeFeatures();
  t.same(did.splice(0), ['close']);
  await background.start();
  t.same(known, ['playback.end-streams']);
  t.same(did.splice(0), ['upkeep', 'jobs begin', 'playback.end-streams begins']);
  t.equal(await leases.take('playback.collect'), undefined, 'its upkeep is its own while it lives');
  await background.stop({ force: false });
  t.same(did.splice(0).sort(), ['close', 'jobs end', 'playback.end-streams ends']);
  t.ok(await leases.take('playback.collect'));
  await background.stop({ force: true });
  t.ok(did.includes('jobs are forced to end'), 'the second call forces');
});

t.test('a start that fails half-way can be stopped', async (t) => {
  const did: string[] = [];
  const { leases } = new MemoryLimits();
  const outbox = {
    makeKnown: () => Promise.resolve(),
    consume: () => Promise.reject(new Error('the database is away')),
  };
  const background = new Background([noting(did)], { leases, outbox, logger });
  await t.rejects(background.start(), /database is away/);
  await background.stop({ force: true });
  t.same(did.slice(-2).sort(), ['close', 'jobs are forced to end']);
  t.ok(await leases.take('playback.collect'));
});
