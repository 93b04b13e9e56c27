import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Test } from 'tap';

export interface LeakOptions {
  /** Folders whose entries (not those below) must be the same in the end; one that does not exist has none. */
  readonly folders?: readonly string[];
  /** How long what is ending may take to be gone, in milliseconds; default 5000. */
  readonly graceMs?: number;
}

/** Passed on to children, so that one is also found when its parent died before it. */
const mark = 'DRAMABOX_LEAK_MARK';

/** Living processes that descend from this one or carry its mark: process id -> command line (zombies count). */
function descendants(value: string): Map<number, string> {
  const parents = new Map<number, number>();
  const marked = new Set<number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const pid = Number(name);
    try {
      // `pid (command) state ppid …`, where the command may hold anything.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${mark}=${value}`)) marked.add(pid);
    } catch {
      // It has ended meanwhile, or is somebody else's.
    }
  }
  const found = new Map<number, string>();
  for (const pid of parents.keys()) {
    if (pid === process.pid) continue;
    let ancestor: number | undefined = pid;
    while (ancestor !== undefined && ancestor !== process.pid) ancestor = parents.get(ancestor);
    if (ancestor === undefined && !marked.has(pid)) continue;
    let command = '(ended, not waited for)';
    try {
      command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() || command;
    } catch {
      continue;
    }
    found.set(pid, command);
  }
  return found;
}

/** How many of each kind of resource keep the event loop alive: `TCPServerWrap` -> 2. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function entries(folders: readonly string[]): Set<string> {
  return new Set(
    folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [])),
  );
}

/**
 * Fails `t` when, after all of its teardowns, something is left that was not there when this was called: a child
 * process, a handle that keeps the event loop alive (socket, server, timer, pipe), or an entry of a folder.
 * Call it first in a test: teardowns run last in, first out. Linux only (`/proc`).
 */
export function failOnLeaks(t: Test, options: LeakOptions = {}): void {
  const value = (process.env[mark] ??= randomBytes(8).toString('hex'));
  const folders = options.folders ?? [];
  const before = { processes: descendants(value), resources: resources(), entries: entries(folders) };
  const left = () => [
    ...[...descendants(value)]
      .filter(([pid]) => !before.processes.has(pid))
      .map(([pid, command]) => `process ${pid}: ${command}`),
    ...[...resources()]
      .filter(([kind, count]) => count > (before.resources.get(kind) ?? 0))
      .map(([kind, count]) => `${count - (before.resources.get(kind) ?? 0)} x ${kind}`),
    ...[...entries(folders)].filter((entry) => !before.entries.has(entry)).map((entry) => `file ${entry}`),
  ];
  t.teardown(async () => {
    const deadline = performance.now() + (options.graceMs ?? 5000);
    // At least one turn of the event loop: what is only just opening is not seen before.
    do
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    while (left().length > 0 && performance.now() < deadline);
    const leaks = left();
    if (leaks.length > 0) throw new Error(`Left behind: ${leaks.join('; ')}`);
  });
}
