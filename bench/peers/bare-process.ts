import path from 'node:path';
import { startChild } from '../runner/child-process.ts';
import type { Releasers } from '../runner/releasers.ts';

/** One of the small servers of this folder, in a process of its own. */
export interface BareServer {
  readonly origin: string;
  readonly pid: number;
}

/** Starts `<name>-process.ts`, which says where it listens. */
export async function startBare(
  name: 'bare-files' | 'bare-route' | 'bare-write',
  args: readonly string[],
  releasers: Releasers,
): Promise<BareServer> {
  const child = await startChild({
    name,
    command: process.execPath,
    args: [path.join(import.meta.dirname, `${name}-process.ts`), ...args],
    ready: (line) => /^listening (\d+)$/.exec(line)?.[1],
    releasers,
  });
  return { origin: `http://127.0.0.1:${child.ready}`, pid: child.pid };
}
