import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endProcesses, isForeign, runVariable } from './leftovers.ts';
import { TapReader, type Count } from './tap-totals.ts';

/** The end of one test file. */
export interface FileResult extends Readonly<Count> {
  readonly file: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** Files that other people's programs left, which no test can help. */
  readonly foreign: readonly string[];
  /** What it wrote to standard error, the end of it. */
  readonly complaints: string;
}

/** How long a file may take to end when it is told to. */
const stopMs = 2000;
/** tap itself ends a test that takes too long; a file that does not let it is ended this much later. */
const killAfterMs = 5000;

export interface FileRun {
  readonly root: string;
  /** The test file, relative to `root`. */
  readonly file: string;
  /** Its temporary folder, which is made and removed. Short: sockets in it have about 100 bytes for their path. */
  readonly temporary: string;
  /** The folder in which Node keeps compiled modules for the files after this one. */
  readonly compileCache: string;
  /** Marks its processes; nothing else on the machine has it. */
  readonly mark: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutSeconds: number;
  /** How long after a test file its processes may take to end, in milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** The environment without what a run around us put there; the tests of this runner run it inside themselves. */
function withoutOuterTap(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(TAP|_TAP)/.test(name)));
}

/**
 * Runs one test file in a process of its own, with a temporary folder of its own. It fails, too, when it leaves a
 * process or a temporary file behind; both are cleared away.
 */
export async function runFile(run: FileRun): Promise<FileResult> {
  const startedAt = performance.now();
  // PostgreSQL refuses to run as root, so a test that is root starts it as somebody else, who has to get through here.
  mkdirSync(run.temporary);
  chmodSync(run.temporary, 0o711);
  const reader = new TapReader(run.file);
  const child = spawn(process.execPath, [run.file], {
    cwd: run.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutOuterTap(process.env),
      // Most files import the same modules: compiled once, they cost a third less of a file's start.
      NODE_COMPILE_CACHE: run.compileCache,
      ...run.environment,
      [runVariable]: run.mark,
      TMPDIR: run.temporary,
      TAP_TIMEOUT: String(run.timeoutSeconds),
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => reader.write(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-16 * 1024);
  });
  let hung = false;
  let force: NodeJS.Timeout | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    // Everything of the file at once: what holds its output open would keep us waiting.
    force ??= setTimeout(() => void endProcesses(run.mark, run.temporary, 0), stopMs);
  };
  const clock = setTimeout(
    () => {
      hung = true;
      // At this one tap says which test it was in.
      stop('SIGALRM');
    },
    run.timeoutSeconds * 1000 + killAfterMs,
  );
  const onAbort = (): void => stop('SIGTERM');
  run.signal.addEventListener('abort', onAbort, { once: true });
  // A child that outlives the file may hold its output: `exit` counts, and then its processes are looked for.
  const ended = await new Promise<string | number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  clearTimeout(clock);
  run.signal.removeEventListener('abort', onAbort);
  const processes = await endProcesses(run.mark, run.temporary, run.signal.aborted ? 0 : run.patienceMs);
  await new Promise((resolve) => {
    if (child.stdout.closed && child.stderr.closed) resolve(undefined);
    else child.on('close', resolve);
  });
  clearTimeout(force);
  const left = readdirSync(run.temporary);
  rmSync(run.temporary, { recursive: true, force: true, maxRetries: 5 });

  const { passed, failures, skipped } = reader.end();
  const fail = (message: string): void => {
    failures.push({ path: [run.file], message, detail: undefined });
  };
  if (hung) fail(`The file did not end within ${run.timeoutSeconds} s`);
  else if (ended !== 0 && failures.length === 0) fail(`The file ended with ${ended}`);
  for (const { pid, command } of processes) fail(`A process was left running: ${pid} ${command}`);
  for (const name of left.filter((each) => !isForeign(each))) fail(`A temporary file was left: ${name}`);
  return {
    file: run.file,
    ok: failures.length === 0,
    passed,
    failures,
    skipped,
    milliseconds: Math.round(performance.now() - startedAt),
    foreign: left.filter(isForeign),
    complaints: complaints.trimEnd(),
  };
}
