import { spawn } from 'node:child_process';
import path from 'node:path';

/** A program that serves the test files of one run, started before them and ended after them. */
export interface Service {
  /** TypeScript, relative to the checkout; it gets the path of the socket to listen on, and ends with its input. */
  readonly program: string;
  /** The environment variable that tells tests the path of the socket. */
  readonly variable: string;
  /** The socket's name. */
  readonly name: string;
}

/** How long a service may take to end. */
const stopMs = 15_000;

/** Starts a service. Its input is a pipe of ours, so that it ends with us, however that comes about. */
export function startService(
  root: string,
  { program, variable, name }: Service,
  folder: string,
): { readonly environment: NodeJS.ProcessEnv; stop(): Promise<void> } {
  const socket = path.join(folder, name);
  const child = spawn(process.execPath, [path.join(root, program), socket], {
    cwd: root,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
    // A Ctrl-C is for the tests; the service ends when they have.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  return {
    environment: { [variable]: socket },
    async stop() {
      child.stdin.end();
      const force = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await ended;
      clearTimeout(force);
    },
  };
}
