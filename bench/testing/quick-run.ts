import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { programVersion } from '../runner/machine.ts';
import type { Report } from '../runner/report.ts';

const run = promisify(execFile);
const main = path.join(import.meta.dirname, '../main.ts');
process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/**
 * Runs a scenario once, small, as a person would, and looks whether what it reports can be true. Never how fast.
 */
export async function quickRun(
  t: Test,
  scenario: string,
  more: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly report: Report; readonly printed: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'report-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { stdout } = await run(process.execPath, [main, scenario, ...more, '--quick', '--report', folder], {
    env: { ...process.env, ...environment },
    maxBuffer: 16 * 1024 ** 2,
  });
  t.comment(stdout);
  const report = JSON.parse(readFileSync(path.join(folder, `${scenario}.json`), 'utf8')) as Report;
  checkShape(t, scenario, report);
  return { report, printed: stdout };
}

/** What DESIGN.md promises of a report. */
function checkShape(t: Test, scenario: string, report: Report): void {
  t.strictSame(Object.keys(report), ['scenario', 'at', 'machine', 'rows']);
  t.equal(report.scenario, scenario);
  t.ok(Math.abs(Date.parse(report.at) - Date.now()) < 600_000, 'it says when');
  t.ok(report.machine.cores >= 1 && report.machine.processor !== '' && report.machine.node === process.version);
  t.ok(report.rows.length > 0);
  t.equal(new Set(report.rows.map(({ row }) => row)).size, report.rows.length, 'no row twice');
  for (const row of report.rows) {
    t.strictSame(Object.keys(row), ['row', 'unit', 'ours', 'peers', 'ratio'], row.row);
    t.ok(Number.isFinite(row.ours) && row.ours >= 0, `${row.row}: ${row.ours} ${row.unit}`);
    for (const [peer, value] of Object.entries(row.peers)) {
      t.ok(Number.isFinite(value) && value >= 0, `${row.row}, ${peer}: ${value}`);
      const ratio = row.ratio[peer];
      if (value > 0) t.ok(ratio !== undefined && Math.abs(ratio - row.ours / value) <= ratio * 0.01 + 0.001, peer);
    }
  }
}

/** Names of everybody that was measured against. */
export const peersOf = (report: Report): string[] => [
  ...new Set(report.rows.flatMap(({ peers }) => Object.keys(peers))),
];
/** What the rows are called. */
export const rowsOf = (report: Report): string[] => report.rows.map(({ row }) => row);

/** Whether a program is there; CI must have it, elsewhere it is said that something was not tried. */
export async function has(t: Test, program: string): Promise<boolean> {
  if ((await programVersion(program)) !== undefined) return true;
  const message = `${program} is not installed: what needs it was not tried`;
  if (process.env['CI']) t.fail(message);
  else t.comment(message);
  return false;
}
