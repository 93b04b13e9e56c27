import { ApiClient } from '../installation/api-client.ts';
import { publishTitle } from '../installation/title.ts';
import { KeepAliveClient } from '../load/keep-alive-client.ts';
import { compare, type Figure, type MeasuredRow } from '../runner/measurement.ts';
import type { Bench, RunningInstallation } from '../scenario.ts';
import { revocationMs } from './revocation.ts';

const figures: readonly Figure[] = [
  { key: 'start', name: 'start', unit: 'ms' },
  { key: 'revocation', name: 'from a revocation to the refusal', unit: 'ms' },
];

/** Starts and ends one stream at a time: more would crowd out those of the installation. */
export async function runningSessions(bench: Bench, running: RunningInstallation): Promise<MeasuredRow[]> {
  const { releasers, progress } = bench;
  bench.leaveOut('many streams at once, CPU time, Redis operations', 'they need an installation of its own');
  const client = await ApiClient.signIn(running.url, running.email, running.password);
  const asset = await publishTitle({
    client,
    folder: bench.folder,
    extent: bench.extent,
    deleteBy: releasers,
    progress: ({ state }) => progress.show(`publishing a title: ${state}`),
  });
  const http = new KeepAliveClient(1);
  releasers.add('connections', async () => http.close());
  return compare({
    what: 'one stream at a time',
    figures,
    ours: {
      name: 'ours',
      async run() {
        const startedAt = performance.now();
        const session = await client.play(asset.id);
        const start = performance.now() - startedAt;
        const end = {
          method: 'DELETE',
          url: `${running.url}/api/v1/playback/sessions/${session.sessionId}`,
          headers: await client.headers(),
        };
        return { start, revocation: await revocationMs(http, { session, end }) };
      },
    },
    peers: [],
    repeats: bench.extent === 'full' ? 20 : 2,
    warmUp: true,
    progress: (share) => progress.show(`one stream at a time: ${Math.floor(share * 100)} %`),
  });
}
