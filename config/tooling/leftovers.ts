import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The variable that everything started by a test run inherits. */
export const runVariable = 'DRAMABOX_TEST_RUN';

/**
 * What programs that are not ours leave in their temporary folder now and then, whatever the tests do: Chromium's
 * sound library makes `pulse-…` when there is no sound server, Chromium itself a folder for a shared memory file, and
 * Node a cache of compiled code for programs that ask for it (npm does).
 */
const foreign = [
  /^node-compile-cache$/,
  /^pulse-\w+$/,
  /^\.?org\.chromium\.\w+\.\w+$/,
  /^\.?com\.google\.Chrome\.\w+$/,
];

/** Whether an entry of a temporary folder is the work of a program that is not ours. */
export const isForeign = (name: string): boolean => foreign.some((each) => each.test(name));

export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended meanwhile, or belongs to another user
  }
};

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function isZombie(pid: number): boolean {
  return /^State:\s+Z/m.test(read(`/proc/${pid}/status`));
}

/**
 * Living processes that carry the run's mark in their environment, or work in its temporary folder (a server may
 * overwrite its environment to change its title). Linux only: elsewhere nothing is found.
 */
function processesOf(run: string, temporary: string): LeftProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .flatMap((pid) => {
      const ours =
        read(`/proc/${pid}/environ`).split('\0').includes(`${runVariable}=${run}`) ||
        workingDirectory(pid).startsWith(`${temporary}/`);
      if (!ours || isZombie(pid)) return [];
      return [{ pid, command: read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim().slice(0, 200) }];
    });
}

/** Waits for processes that are just ending; what is left then is killed and returned. */
export async function endProcesses(
  run: string,
  temporary: string,
  patienceMs: number,
): Promise<readonly LeftProcess[]> {
  const deadline = Date.now() + patienceMs;
  let left = processesOf(run, temporary);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = processesOf(run, temporary);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it went by itself
    }
  }
  return left;
}
