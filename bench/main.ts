import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { helpOf, parseCall, type Call } from './command-line.ts';
import { autocannonGenerator, wrkGenerator } from './load/load.ts';
import { BenchError } from './runner/bench-error.ts';
import { describeMachine, programVersion } from './runner/machine.ts';
import { Progress } from './runner/progress.ts';
import { Releasers } from './runner/releasers.ts';
import { toReportRow, writeReport } from './runner/report.ts';
import { toTable } from './runner/table.ts';
import { scenarios } from './scenarios/all.ts';

/** Runs one scenario from beginning to end. */
async function runScenario(call: Extract<Call, { kind: 'run' }>, releasers: Releasers): Promise<undefined> {
  const { scenario, extent, files, running, reportFolder } = call;
  const progress = new Progress(process.stdout);
  const machine = await describeMachine();
  // Short: sockets lie in it, whose paths are limited to about 100 characters.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-'));
  releasers.add(folder, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const leftOut: string[] = [];
  const leaveOut = (what: string, why: string): void => {
    leftOut.push(`LEFT OUT: ${what}: ${why}`);
    progress.print(leftOut.at(-1) as string);
  };
  const hasWrk = (await programVersion('wrk')) !== undefined;
  if (!hasWrk)
    progress.print('wrk is not installed (apt-get install wrk): autocannon makes the load, and uses more CPU.');
  if (machine.loadBefore > machine.cores / 2)
    progress.print(
      `This machine is busy (load ${machine.loadBefore} on ${machine.cores} cores): trust the CPU time, not the wall time.`,
    );
  const rows = await scenario.run({
    extent,
    files,
    folder,
    running,
    load: hasWrk ? wrkGenerator(folder, releasers) : autocannonGenerator(),
    releasers,
    progress,
    leaveOut,
  });
  progress.print(`\n${toTable(rows)}\n`);
  for (const each of leftOut) progress.print(each);
  const file = await writeReport(reportFolder, {
    scenario: scenario.name,
    at: new Date().toISOString(),
    machine,
    rows: rows.map(toReportRow),
  });
  progress.print(`Medians of the repetitions (smallest..largest); written to ${path.relative(process.cwd(), file)}`);
  return undefined;
}

/** Signals within this time are one wish, in milliseconds. */
const sameWishMs = 1000;

/** The first signal that asks for an end. One that comes later than that same wish ends everything at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const stop = (signal: NodeJS.Signals): void => {
      const now = performance.now();
      first ??= now;
      // Of a terminal's Ctrl-C we may hear twice: ourselves, and through npm and the process that handed over to us.
      if (now - first < sameWishMs) resolve(signal);
      else process.exit(128 + os.constants.signals[signal]);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

/** Runs what the command line asks for and returns the exit code. */
async function bench(argv: readonly string[]): Promise<number> {
  const call = parseCall(scenarios, argv, process.env);
  if (call.kind === 'help') {
    console.log(helpOf(scenarios));
    return 0;
  }
  // Where Debian keeps nginx, which is not on everybody's path.
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;
  const releasers = new Releasers();
  const signal = stopSignal();
  try {
    // What is under way when a signal comes fails as its servers go; nobody needs to hear of it.
    const stopped = await Promise.race([runScenario(call, releasers), signal]);
    if (stopped === undefined) return 0;
    console.error(`\n${stopped}: stopping what was started`);
    await releasers.release();
    return process.exit(128 + os.constants.signals[stopped]);
  } finally {
    await releasers.release();
  }
}

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
