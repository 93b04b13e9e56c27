import path from 'node:path';
import { existsSync } from 'node:fs';
import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { recordKeyChange } from '../../control-api/audit-log.ts';
import { openSqlite } from '../db/sqlite.ts';
import { MemoryEvents } from '../events/memory.ts';
import { createLogger } from '../kit/logger.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { until } from '../testing/until.ts';
import { openKeyrings } from './keyrings.ts';

for (const kind of ['file', 'database'] as const) {
  t.test(`keys in ${kind}`, async (t) => {
    const dataDir = t.testdir();
    const secret = kind === 'database' ? 'x'.repeat(32) : '';
    const config = loadConfig({ overrides: { dataDir, keys: { kind, secret } } });
    const logger = createLogger({ level: 'silent' });
    const clock = createFakeClock(Date.now());
    const events = new MemoryEvents({ logger });
    const { db, migrate, close } = openSqlite({ path: config.database.path });
    t.teardown(() => close());
    await migrate();
    const open = () =>
      openKeyrings({
        config,
        db,
        clock,
        logger,
        events,
        record: (name, kids) => recordKeyChange(db, clock, name, kids),
      });
    const [one, two] = [await open(), await open()];
    t.equal(existsSync(path.join(dataDir, 'keys', 'playback.json')), kind === 'file');
    const { playback, access } = one.keyrings;
    t.not(playback.current.kid, access.current.kid, 'what signs one thing does not sign the other');
    t.equal(two.keyrings.playback.current.kid, playback.current.kid);

    const before = playback.current.kid;
    const { kid } = await playback.rotate();
    await one.recorded();
    const records = await db.selectFrom('audit_log').selectAll().where('event', '=', 'key.replaced').execute();
    t.match(records, [
      { subject: 'playback-keys', before: JSON.stringify({ key: before }), after: JSON.stringify({ key: kid }) },
    ]);
    await until('the other one knows it', () => two.keyrings.playback.find(kid));
    await Promise.all([one.close(), two.close()]);
    await one.close();
    t.ok(two.keyrings.playback.find(before), 'what is closed still verifies what is in flight');
    await events.close();
  });
}
