import { spawn } from 'node:child_process';
import path from 'node:path';

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
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // A terminal sends these to the whole group: the command has its own already.
    if (process.stdin.isTTY && signal !== 'SIGTERM') return;
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
