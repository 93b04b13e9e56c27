import { execFile } from 'node:child_process';
import path from 'node:path';
import t from 'tap';
import { auditLog } from '../../control-api/audit-log.ts';
import { chainRecords } from '../../control-api/audit/chaining.ts';
import { withoutGuards } from '../../control-api/audit/testing/log.ts';
import { openSqlite } from '../db/sqlite.ts';
import { auditWithoutRequest } from '../http/writes/audit.ts';
import { systemClock } from '../kit/clock.ts';

const root = path.join(import.meta.dirname, '..', '..');

interface Outcome {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

t.test('an operator checks the audit log at the machine, also while the server runs', async (t) => {
  const folder = t.testdir({ 'dramabox.yaml': '' });
  const { db, migrate, close } = openSqlite({ path: path.join(folder, 'dramabox.db') });
  t.teardown(() => close());
  await migrate();
  const audit = auditWithoutRequest(auditLog(systemClock));
  const write = async (records: number) => {
    for (let n = 0; n < records; n += 1)
      await db.transaction().execute((tx) => audit.record(tx, { event: 'asset.renamed', subject: `asset_${n}` }));
  };
  const verify = (...argv: string[]) =>
    new Promise<Outcome>((resolve) => {
      const all = [
        'server/main.ts',
        'admin',
        'audit',
        'verify',
        '--config',
        path.join(folder, 'dramabox.yaml'),
        ...argv,
      ];
      const env = { ...process.env, DRAMABOX_DATA_DIR: folder };
      execFile(process.execPath, all, { cwd: root, env }, (error, said, complained) =>
        resolve({ code: Number(error?.code ?? 0), said, complained }),
      );
    });
  const headOf = ({ said }: Outcome) => /^HEAD (\d+:[0-9a-f]{64})$/m.exec(said)?.[1] ?? '';
  await write(1);
  t.match(await verify(), {
    code: 0,
    said: /^Checked 0 records; 1 not chained yet\.\nHEAD 0:0{64}\nThe chain is whole/,
  });
  await write(3);
  await chainRecords(db, Date.now(), new AbortController().signal);
  const whole = await verify();
  t.match(whole, { code: 0, said: /^Checked 4 records; 0 not chained yet/, complained: '' });
  const head = headOf(whole);
  t.match(head, /^4:/);
  await write(1);
  await chainRecords(db, Date.now(), new AbortController().signal);
  t.match(await verify('--head', head), { code: 0, said: /^Checked 5 records/ });
  const another = `4:${'1'.repeat(64)}`;
  t.match(await verify(`--head=${head},${another}`), {
    code: 1,
    complained: /^BROKEN The chain does not have the head/,
  });
  t.match(await verify('--head', 'x'), { code: 1, complained: /"x" is no head of the audit log/ });

  await withoutGuards(db);
  await db.updateTable('audit_log').set({ subject: 'asset_9' }).where('sequence', '=', 2).execute();
  await db.deleteFrom('audit_log').where('sequence', '=', 4).execute();
  t.match(await verify(), {
    code: 1,
    said: /^Checked 4 records/,
    complained: /^BROKEN Record 2 \(audit_.*\nIt is broken in 2 places; this is the first/,
  });
});
