import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ApiClient } from '../installation/api-client.ts';
import { startOwn } from '../installation/own.ts';
import { KeepAliveClient } from '../load/keep-alive-client.ts';
import { startBare } from '../peers/bare-process.ts';
import { compare, type Contender, type Figure, type MeasuredRow, type Outcome } from '../runner/measurement.ts';
import type { Releasers } from '../runner/releasers.ts';
import { costOf } from '../runner/stopwatch.ts';
import type { Bench, Scenario } from '../scenario.ts';

const MiB = 1024 ** 2;
/** What a client sends in one request, where it does not send all. */
const patchBytes = 8 * MiB;

const figures: readonly Figure[] = [
  { key: 'cpu', name: 'CPU of the server', unit: 'ms per MiB' },
  { key: 'rate', name: 'throughput', unit: 'MiB/s' },
];

interface Shape {
  readonly what: string;
  readonly clients: number;
  /** Bytes of each client's file. */
  readonly bytes: number;
  /** Bytes of one request. */
  readonly patch: number;
}

const shapes = (extent: Bench['extent']): Shape[] => {
  const [large, small] = extent === 'full' ? [512 * MiB, 32 * MiB] : [16 * MiB, 1 * MiB];
  return [
    { what: '1 client, one PATCH', clients: 1, bytes: large, patch: large },
    { what: '1 client, PATCHes of 8 MiB', clients: 1, bytes: large, patch: patchBytes },
    { what: '20 clients, PATCHes of 8 MiB', clients: 20, bytes: small, patch: patchBytes },
  ];
};

function asOutcome(bytes: number, cost: { seconds: number; cpuSeconds: number | undefined }): Outcome {
  const size = bytes / MiB;
  return {
    rate: size / cost.seconds,
    ...(cost.cpuSeconds === undefined ? {} : { cpu: (cost.cpuSeconds * 1000) / size }),
  };
}

const encode = (text: string): string => Buffer.from(text).toString('base64');

/**
 * One upload by tus, all but its last byte: what is finished would be probed and encoded, and that is another scenario.
 * Returns its address.
 */
async function uploadAllButOne(http: KeepAliveClient, account: ApiClient, shape: Shape): Promise<string> {
  const headers = { ...(await account.headers()), 'tus-resumable': '1.0.0' };
  const created = await http.expect(201, {
    method: 'POST',
    url: `${account.url}/api/v1/uploads`,
    headers: {
      ...headers,
      'upload-length': String(shape.bytes + 1),
      'upload-metadata': `filename ${encode('dramabox-bench.mp4')},filetype ${encode('video/mp4')}`,
    },
    body: '',
  });
  const url = new URL(created.headers.location ?? '', account.url).href;
  for (let offset = 0; offset < shape.bytes; offset += shape.patch)
    await http.expect(204, {
      method: 'PATCH',
      url,
      headers: { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      filler: Math.min(shape.patch, shape.bytes - offset),
    });
  return url;
}

function ourContender(account: ApiClient, pid: number | undefined, shape: Shape, releasers: Releasers): Contender {
  const http = new KeepAliveClient(shape.clients);
  releasers.add('connections', async () => http.close());
  const open = new Set<string>();
  const giveUp = async (): Promise<void> => {
    for (const url of open) {
      await http.expect(204, {
        method: 'DELETE',
        url,
        headers: { ...(await account.headers()), 'tus-resumable': '1.0.0' },
      });
      open.delete(url);
    }
  };
  // Of a run that is broken off, too.
  releasers.add('unfinished uploads', giveUp);
  return {
    name: 'ours',
    async run() {
      const cost = await costOf(pid, () =>
        Promise.all(
          Array.from({ length: shape.clients }, async () => open.add(await uploadAllButOne(http, account, shape))),
        ),
      );
      await giveUp();
      return asOutcome(shape.clients * shape.bytes, cost);
    },
  };
}

function bareContender(
  server: { readonly origin: string; readonly pid: number },
  folder: string,
  shape: Shape,
  releasers: Releasers,
): Contender {
  const http = new KeepAliveClient(shape.clients);
  releasers.add('connections', async () => http.close());
  return {
    name: 'bare write',
    async run() {
      const cost = await costOf(server.pid, () =>
        Promise.all(
          Array.from({ length: shape.clients }, () =>
            http.expect(204, { method: 'PUT', url: server.origin, headers: {}, filler: shape.bytes }),
          ),
        ),
      );
      for (const name of await readdir(folder)) await rm(path.join(folder, name));
      return asOutcome(shape.clients * shape.bytes, cost);
    },
  };
}

/** Uploads: how fast bytes come in, by tus, against a server that only writes what it gets. */
export const upload: Scenario = {
  name: 'upload',
  summary: 'bytes that come in by tus, 1 and 20 clients; peer: a bare Node server that writes the same bytes to a file',
  async run(bench) {
    const { releasers, progress, running } = bench;
    const own =
      running === undefined ? await startOwn({ folder: path.join(bench.folder, 'data'), releasers }) : undefined;
    const account = own?.administrator ?? (await ApiClient.signIn(running!.url, running!.email, running!.password));
    const bareFolder = path.join(bench.folder, 'bare');
    await mkdir(bareFolder);
    const bare = own === undefined ? undefined : await startBare('bare-write', [bareFolder], releasers);
    if (bare === undefined) bench.leaveOut('CPU time and peers', 'the installation is not ours to look into');
    const rows: MeasuredRow[] = [];
    for (const shape of shapes(bench.extent))
      rows.push(
        ...(await compare({
          what: shape.what,
          figures,
          ours: ourContender(account, own?.pid, shape, releasers),
          peers: bare === undefined ? [] : [bareContender(bare, bareFolder, shape, releasers)],
          repeats: bench.extent === 'full' ? 5 : 1,
          warmUp: bench.extent === 'full',
          progress: (share, who) => progress.show(`${shape.what}: ${Math.floor(share * 100)} % (${who})`),
        })),
      );
    return rows;
  },
};
