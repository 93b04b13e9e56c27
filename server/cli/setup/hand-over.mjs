import { spawn } from 'node:child_process';
import path from 'node:path';

/**
 * npm passes a signal on to us that the terminal may have sent already; the command must not take the repetition for
 * a second wish.
 */
const sameSignalMs = 1000;

/**
 * Runs the command in our place: same input, output, signals and exit code.
 * @param {string} node
 * @param {readonly string[]} argv
 * @param {string} root
 * @returns {Promise<void>} when it ended; the exit code is set
 */
export function handOver(node, argv, root) {
  const bin = [path.join(root, 'node_modules', '.bin'), path.dirname(node)].join(path.delimiter);
  const child = spawn(node, argv, {
    stdio: 'inherit', env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  /** @type {Map<NodeJS.Signals, number>} */
  const sentAt = new Map();
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // A terminal sends these to the whole group: the command has its own already.
    if (process.stdin.isTTY && signal !== 'SIGTERM') return;
    const now = Date.now();
    if (now - (sentAt.get(signal) ?? -Infinity) < sameSignalMs) return;
    sentAt.set(signal, now);
    child.kill(signal);
  };
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const each of signals) process.off(each, forward);
      if (signal === null) process.exitCode = code ?? 1;
      else process.kill(process.pid, signal);
      resolve();
    });
  });
}
