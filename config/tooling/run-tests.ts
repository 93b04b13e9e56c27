import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { endProcesses, runVariable } from './leftovers.ts';
import { TapReader, type Failure, type FileResult } from './tap-totals.ts';
import { isSerial } from './test-files.ts';
import { describeFailure, fileLine } from './test-report.ts';

/** Media tests encode and browsers start: tap's own 30 seconds a file are too few. */
const fileTimeoutSeconds = 600;
/** How long after the tests their processes may take to end. */
const patienceMs = 5000;
/** How long tests may take to end when the run is cut short. */
const stopMs = 2000;

interface Totals {
  passed: number;
  readonly failures: Failure[];
  readonly skipped: string[];
  readonly files: Set<string>;
}

interface Run {
  readonly root: string;
  readonly id: string;
  readonly temporary: string;
  readonly signal: AbortSignal;
}

/** The environment without what a tap around us put there; the tests of this runner run it inside themselves. */
function withoutOuterTap(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(TAP|_TAP)/.test(name)));
}

/** Runs files by tap and adds what they say to the totals. */
async function runFiles(files: readonly string[], jobs: number, run: Run, totals: Totals): Promise<void> {
  if (files.length === 0 || run.signal.aborted) return;
  const reader = new TapReader((result: FileResult) => {
    console.log(fileLine(result));
    for (const failure of result.failures) console.log(describeFailure(failure));
    totals.passed += result.passed;
    totals.failures.push(...result.failures);
    totals.skipped.push(...result.skipped);
    totals.files.add(result.file);
  });
  const child = spawn(
    process.execPath,
    [
      path.join(run.root, 'node_modules', '.bin', 'tap'),
      'run',
      '--disable-coverage',
      '--allow-empty-coverage',
      '--reporter=tap',
      `--jobs=${jobs}`,
      `--timeout=${fileTimeoutSeconds}`,
      ...files,
    ],
    {
      cwd: run.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...withoutOuterTap(process.env),
        [runVariable]: run.id,
        TMPDIR: run.temporary,
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
      },
    },
  );
  let force: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    // tap waits for its tests, and these may wait for ever.
    force = setTimeout(() => {
      void endProcesses(run.id, run.temporary, 0);
      child.kill('SIGKILL');
    }, stopMs);
  };
  run.signal.addEventListener('abort', stop, { once: true });
  child.stdout.setEncoding('utf8').on('data', (text: string) => reader.write(text));
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-64 * 1024);
  });
  const ended = await new Promise<string | number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  run.signal.removeEventListener('abort', stop);
  clearTimeout(force);
  totals.failures.push(...reader.end());
  // tap that broke off before it told of every file must not look like success.
  const silent = files.filter((file) => !totals.files.has(file));
  if (silent.length > 0 && !run.signal.aborted) {
    totals.failures.push({
      path: [],
      message: `tap ended with ${ended} and said nothing of ${silent.join(', ')}`,
      detail: undefined,
    });
  }
  if (totals.failures.length > 0 && complaints.trim() !== '') console.log(complaints.trimEnd());
}

/** What the tests left behind, as failures. Everything is cleared away. */
async function leftBehind(run: Run): Promise<Failure[]> {
  const processes = await endProcesses(run.id, run.temporary, run.signal.aborted ? 0 : patienceMs);
  const entries = readdirSync(run.temporary);
  rmSync(run.temporary, { recursive: true, force: true, maxRetries: 5 });
  return [
    ...processes.map(({ pid, command }): Failure => ({
      path: [],
      message: `A process was left running: ${pid} ${command}`,
      detail: undefined,
    })),
    ...entries.map((name): Failure => ({ path: [], message: `A temporary file was left: ${name}`, detail: undefined })),
  ];
}

/**
 * Runs test files, given relative to `root`, those that need the machine to themselves last and one by one. Prints
 * what fails as it fails, and `N passed, N failed` (assertions) as the last line. The exit code is 0 only when
 * something passed, nothing failed, and no process and no temporary file was left behind.
 */
export async function runTests(root: string, files: readonly string[]): Promise<number> {
  const abort = new AbortController();
  let interrupted: NodeJS.Signals | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted ??= signal;
      abort.abort();
    });
  }
  // Short: sockets that databases put in it have a limit of about 100 bytes for their path. PostgreSQL refuses to run
  // as root, so a test that is root starts it as somebody else, who has to get through to its folder.
  const temporary = mkdtempSync(path.join(tmpdir(), 'dramabox-'));
  chmodSync(temporary, 0o711);
  const run: Run = { root, id: randomUUID(), temporary, signal: abort.signal };
  const totals: Totals = { passed: 0, failures: [], skipped: [], files: new Set() };
  try {
    await runFiles(
      files.filter((file) => !isSerial(file)),
      Math.max(1, Math.min(4, availableParallelism())),
      run,
      totals,
    );
    await runFiles(files.filter(isSerial), 1, run, totals);
  } finally {
    const left = await leftBehind(run);
    for (const failure of left) console.log(describeFailure(failure));
    if (!abort.signal.aborted) totals.failures.push(...left);
  }
  if (interrupted !== undefined) {
    // A run that was cut short must not end in words that look like success.
    const unfinished = files.filter((file) => !totals.files.has(file));
    totals.failures.push(
      ...unfinished.map((file): Failure => ({
        path: [file],
        message: `did not end before ${interrupted}`,
        detail: undefined,
      })),
    );
  }
  if (totals.skipped.length > 0)
    console.log(['', `Skipped: ${totals.skipped.length}`, ...totals.skipped.map((reason) => `  ${reason}`)].join('\n'));
  if (process.env['CI'])
    totals.failures.push(
      ...totals.skipped.map((reason): Failure => ({
        path: [],
        message: `Skipped, which CI forbids: ${reason}`,
        detail: undefined,
      })),
    );
  if (files.length === 0) console.log('There is no such test.');
  if (totals.failures.length > 0)
    console.log(
      ['', 'Failures:', ...totals.failures.map(({ path: at, message }) => `  ${[...at, message].join(' > ')}`)].join(
        '\n',
      ),
    );
  console.log(`\n${totals.passed} passed, ${totals.failures.length} failed`);
  if (interrupted !== undefined) return 130;
  return totals.failures.length > 0 || totals.passed === 0 ? 1 : 0;
}
