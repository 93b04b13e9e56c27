import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.mjs';

/** How many of a failed program's last lines are shown. */
const shownLines = 20;

/**
 * Runs a program of the setup, quietly: its output is shown only when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, environment?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} what it wrote
 * @throws {SetupError} with the end of its output when it cannot be started or does not end with 0
 */
export function run(program, args, { cwd, environment = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-256 * 1024);
      });
    }
    child.on('error', (error) => reject(new SetupError(`${program} cannot be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new SetupError(
            `${[program, ...args].join(' ')} ended with ${signal ?? code}:\n${output.trimEnd().split('\n').slice(-shownLines).join('\n')}`,
          ),
        );
    });
  });
}

/**
 * Does a step and says so on standard error, so that standard output stays the command's own.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = Date.now();
  process.stderr.write(`${title} ...`);
  try {
    const result = await work();
    process.stderr.write(` ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write(' failed\n');
    throw error;
  }
}
