import path from 'node:path';
import { startBare, type BareServer } from '../peers/bare-process.ts';
import { nginxWays, startNginx, type Nginx } from '../peers/nginx.ts';
import { programVersion } from '../runner/machine.ts';
import type { Bench } from '../scenario.ts';

export interface OriginPeers {
  readonly nginxes: ReadonlyMap<string, Nginx>;
  readonly bare: ReadonlyMap<string, BareServer>;
}

/** What an answer of ours says besides what it is about. */
async function headersOf(address: string): Promise<Record<string, string>> {
  const response = await fetch(address);
  await response.arrayBuffer();
  const notOurs = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);
  return Object.fromEntries([...response.headers].filter(([name]) => !notOurs.has(name)));
}

/**
 * Starts everybody who serves the same files.
 * @param folder with the files
 * @param example address of one of them at ours, for the headers
 */
export async function startOriginPeers(bench: Bench, folder: string, example: string): Promise<OriginPeers> {
  const { releasers } = bench;
  const headers = await headersOf(example);
  const nginxes = new Map<string, Nginx>();
  if ((await programVersion('nginx')) === undefined)
    bench.leaveOut('nginx as a peer', 'it is not installed (apt-get install nginx-light)');
  else
    for (const name of Object.keys(nginxWays) as (keyof typeof nginxWays)[]) {
      const own = path.join(bench.folder, name.replace(' ', '-'));
      nginxes.set(name, await startNginx({ name, folder: own, root: folder, headers, releasers }));
    }
  const bare = new Map([
    ['bare Node', await startBare('bare-files', [folder], releasers)],
    ['bare Node, our headers', await startBare('bare-files', [folder, JSON.stringify(headers)], releasers)],
  ]);
  return { nginxes, bare };
}
