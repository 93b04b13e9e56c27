import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { until } from './until.ts';

/** What test files need to know of a server that they share. */
type Answer = { readonly ready: unknown } | { readonly error: string };

/**
 * Shares a server among the test files of one run. The runner starts a program that calls this, with the path of the
 * socket to listen on as its argument. The server is started for the first file that asks; the program ends, the server
 * with it, when its input does.
 * @param start starts the server; what it resolves with, as JSON, is what files are told
 */
export function shareServer<T>(start: () => Promise<T>, stop: () => Promise<void>): void {
  let starting: Promise<T> | undefined;
  const listener = createServer((socket) => {
    const answer = (each: Answer) => socket.end(JSON.stringify(each));
    socket.on('error', () => undefined);
    starting ??= start();
    starting.then(
      (ready) => answer({ ready }),
      (error: unknown) => answer({ error: String(error) }),
    );
  }).listen(process.argv[2]);

  process.stdin.resume().on('end', () => {
    listener.close();
    // What is only just starting is waited for, or nobody would stop it.
    void (starting ?? Promise.resolve())
      .catch(() => undefined)
      .then(stop)
      .then(() => process.exit(0));
  });
}

/** Asks for the run's server, which is started for the first one who does. @throws Error when it did not start */
export async function sharedServer<T>(name: string, socketPath: string): Promise<T> {
  await until(`the run serves ${name}`, () => existsSync(socketPath), { everyMs: 20 });
  const socket = connect(socketPath);
  let reply = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    reply += text;
  });
  await once(socket, 'end');
  socket.destroy();
  const answer = JSON.parse(reply) as Answer;
  if ('error' in answer) throw new Error(`The run's ${name} did not start: ${answer.error}`);
  return answer.ready as T;
}
