import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { runFile } from './run-file.ts';
import { startService, type Service } from './service.ts';
import { needOf } from './test-files.ts';
import { printFile, printReport, writeReport } from './test-report.ts';
import { sumUp, type Outcome } from './run-report.ts';

interface RunOptions {
  /** Programs that are started for the files that are not quick. */
  readonly services?: readonly Service[];
  /**
   * How long one file may take. Media tests encode and browsers start: tap's own 30 seconds are too few. The longest
   * takes about a minute on two quiet cores, and a busy machine takes several times as long.
   */
  readonly fileTimeoutSeconds?: number;
  /** How long after a file its processes may take to end, in milliseconds. */
  readonly patienceMs?: number;
}

/** When more files than this fail, nothing flakes: they are not run again. */
const mostRepeated = 10;

/** Runs what `list` holds, so many at a time, in its order. */
async function inParallel<T>(list: readonly T[], jobs: number, run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...list];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

/**
 * Runs test files, given relative to `root`: first those that run beside others, then the serial ones one by one, then
 * once more, alone, what failed. Prints what fails as it fails, `flaky: <file>` for what passed the second time, and
 * `N passed, N failed` (assertions of the last tries) as the last line. The exit code is 0 only when something passed
 * and nothing failed.
 */
export async function runTests(
  root: string,
  files: readonly string[],
  { services = [], fileTimeoutSeconds = 600, patienceMs = 5000 }: RunOptions = {},
): Promise<number> {
  const abort = new AbortController();
  let interrupted: NodeJS.Signals | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted ??= signal;
      abort.abort();
    });
  }
  // A folder of this run alone: whatever else the machine does in /tmp is no concern of ours.
  const temporary = mkdtempSync(path.join(tmpdir(), 'dramabox-'));
  const shared = path.join(temporary, 'shared');
  mkdirSync(shared);
  for (const folder of [temporary, shared]) chmodSync(folder, 0o711);
  const id = randomUUID();
  const started = files.some((file) => needOf(file) !== 'quick')
    ? services.map((service) => startService(root, service, shared))
    : [];
  const forOthers = Object.assign(
    { DRAMABOX_TEST_SHARED: shared },
    ...started.map((each) => each.environment),
  ) as NodeJS.ProcessEnv;
  const guard = `--import=${new URL('refuse-programs.mjs', import.meta.url).href}`;
  const forQuick = { NODE_OPTIONS: [process.env['NODE_OPTIONS'], guard].filter(Boolean).join(' ') };

  let runs = 0;
  const outcomes = new Map<string, Outcome>();
  const once = async (file: string): Promise<void> => {
    if (abort.signal.aborted) return;
    runs += 1;
    const last = await runFile({
      root,
      file,
      temporary: path.join(temporary, String(runs)),
      compileCache: path.join(temporary, 'compiled'),
      mark: `${id}/${runs}`,
      environment: needOf(file) === 'quick' ? forQuick : forOthers,
      timeoutSeconds: fileTimeoutSeconds,
      patienceMs,
      signal: abort.signal,
    });
    printFile(last);
    outcomes.set(file, { last, tries: outcomes.has(file) ? 2 : 1 });
  };
  // One more than there are cores: browsers, databases and stores are waited for.
  const jobs = Math.min(4, availableParallelism() + 1);
  const withNeed = (need: string): string[] => files.filter((file) => needOf(file) === need);
  try {
    await inParallel([...withNeed('quick'), ...withNeed('integration')], jobs, once);
    await inParallel(withNeed('serial'), 1, once);
    const failed = [...outcomes.values()].filter(({ last }) => !last.ok).map(({ last }) => last.file);
    if (failed.length > 0 && failed.length <= mostRepeated && !abort.signal.aborted) {
      console.log(`\nOnce more, alone: ${failed.join(', ')}`);
      await inParallel(failed, 1, once);
    }
  } finally {
    await Promise.all(started.map((each) => each.stop()));
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
  const report = sumUp(files, [...outcomes.values()], { interrupted, isCi: Boolean(process.env['CI']) });
  writeReport(root, report);
  printReport(report);
  if (interrupted !== undefined) return 130;
  return report.failures.length > 0 || report.passed === 0 ? 1 : 0;
}
