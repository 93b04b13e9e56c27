// Plain JavaScript that imports nothing but Node: the set-up takes a lock, too, on a Node that reads no TypeScript and
// before any package is installed.
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pauseThread } from './pause-thread.mjs';

/*
 * A lock between processes that share a folder. Node has no call for the system's own locks, so a lock is a folder with
 * one file in it, which says who holds it. Two things of folders make it safe: one that is not empty is never replaced
 * by a rename, and the file has a name that is used once, so that one who takes away what a killed holder left cannot
 * take away the next one's.
 *
 * A holder is gone when its process is: told by its id and by when it started, for ids are given out again. Where that
 * cannot be told (another machine or container on a shared folder, a system without /proc), one that has not touched
 * its file for `silentMs` counts as gone.
 */

/** How often who holds a lock for long touches it, in milliseconds. */
const touchMs = 1000;
const silentMs = 15_000;
/** How often those who wait look again, in milliseconds. */
const lookMs = { blocking: 10, waiting: 250 };

/** @typedef {{ readonly pid: number, readonly startedAt: string | undefined, readonly place: string }} Holder */

/** Where a process id means one process: this start of this machine, this container. */
function placeOfThisProcess() {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * When a process started, in clock ticks since the machine did (proc(5), field 22 of stat); undefined where that
 * cannot be known.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses, which may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}

/** @type {Holder | undefined} */
let thisProcess;

/**
 * The file in a lock and what it says; undefined when nobody holds it.
 * @param {string} lock
 */
function holderOf(lock) {
  try {
    const [name] = readdirSync(lock);
    if (name === undefined) return undefined;
    const file = path.join(lock, name);
    const { mtimeMs } = statSync(file);
    return { file, touchedAt: mtimeMs, holder: readHolder(file) };
  } catch (error) {
    // Released while we looked.
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {Holder | undefined}
 */
function readHolder(file) {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    // Cut off by a power failure: its age decides.
    return undefined;
  }
}

/**
 * @param {Holder | undefined} holder
 * @param {number} touchedAt
 */
function isGone(holder, touchedAt) {
  const isSilent = Date.now() - touchedAt > silentMs;
  if (holder === undefined || holder.place !== placeOfThisProcess()) return isSilent;
  if (!isRunning(holder.pid)) return true;
  const startedAt = startOf(holder.pid);
  return startedAt === undefined || holder.startedAt === undefined ? isSilent : startedAt !== holder.startedAt;
}

/**
 * Takes a lock if nobody holds it.
 * @param {string} lock
 * @returns {string | undefined} the file that says so
 */
function take(lock) {
  const found = holderOf(lock);
  if (found && !isGone(found.holder, found.touchedAt)) return undefined;
  if (found) rmSync(found.file, { force: true });
  thisProcess ??= { pid: process.pid, startedAt: startOf(process.pid), place: placeOfThisProcess() };
  const ready = mkdtempSync(`${lock}.`);
  const name = path.basename(ready);
  try {
    writeFileSync(path.join(ready, name), JSON.stringify(thisProcess), { mode: 0o600 });
    removeEmpty(lock);
    renameSync(ready, lock);
    return path.join(lock, name);
  } catch (error) {
    rmSync(ready, { recursive: true, force: true });
    // Windows says that it may not.
    const isHeld = ['ENOTEMPTY', 'EEXIST', ...(process.platform === 'win32' ? ['EPERM', 'EACCES'] : [])];
    if (isHeld.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** @param {string} lock */
function removeEmpty(lock) {
  try {
    rmdirSync(lock);
  } catch {
    // There is none, or somebody has it by now: then the rename fails.
  }
}

/**
 * @param {string} lock
 * @param {string} file
 */
function release(lock, file) {
  rmSync(file, { force: true });
  removeEmpty(lock);
}

/**
 * Runs `action` while no other process does so for this lock. Blocks the thread meanwhile and for up to `waitMs`
 * before; the action must take far less than `silentMs`.
 * @template T
 * @param {string} lock the path of a folder that is made for it, in one that exists
 * @param {number} waitMs
 * @param {() => T} action
 * @returns {T | undefined} undefined when another process held it all the time
 * @throws Error when the lock cannot be made at all; whatever `action` throws
 */
export function withFileLockSync(lock, waitMs, action) {
  const deadline = Date.now() + waitMs;
  let file = take(lock);
  while (file === undefined) {
    if (Date.now() >= deadline) return undefined;
    pauseThread(lookMs.blocking);
    file = take(lock);
  }
  try {
    return action();
  } finally {
    release(lock, file);
  }
}

/**
 * Runs `work` while no other process does so for this lock; waits for it as long as need be.
 * @template T
 * @param {string} lock the path of a folder that is made for it, in one that exists
 * @param {() => Promise<T>} work
 * @param {(pid: number | undefined) => void} onWait told once, when another process holds it
 * @returns {Promise<T>}
 * @throws Error when the lock cannot be made at all; whatever `work` throws
 */
export async function withFileLock(lock, work, onWait) {
  let file = take(lock);
  if (file === undefined) onWait(holderOf(lock)?.holder?.pid);
  while (file === undefined) {
    await delay(lookMs.waiting);
    file = take(lock);
  }
  const held = file;
  const touching = setInterval(() => {
    try {
      utimesSync(held, new Date(), new Date());
    } catch {
      // It was taken away: another one holds it now, and stopping half-way would help nobody.
    }
  }, touchMs);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    release(lock, held);
  }
}
