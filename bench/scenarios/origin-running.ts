import { ApiClient } from '../installation/api-client.ts';
import { filesOf, publishTitle } from '../installation/title.ts';
import { pathPrefixOf } from '../installation/viewers.ts';
import { BenchError } from '../runner/bench-error.ts';
import { compare, type MeasuredRow } from '../runner/measurement.ts';
import type { Bench, RunningInstallation } from '../scenario.ts';
import { servingContender, servingFigures } from './serving.ts';

/** Connections of one session that every installation lets through (`playback.clientsPerStream`). */
const connections = 8;

/** Measures what can be seen of an installation from outside: a title of the bench's own, by one session. */
export async function runningOrigin(bench: Bench, running: RunningInstallation): Promise<MeasuredRow[]> {
  const { releasers, progress } = bench;
  bench.leaveOut('CPU time and peers', 'the installation is not on this machine, or not ours to look into');
  bench.leaveOut('segments of exactly 64 KiB and 1 MiB, more than one session', 'they need an installation of its own');
  const client = await ApiClient.signIn(running.url, running.email, running.password);
  const asset = await publishTitle({
    client,
    folder: bench.folder,
    extent: bench.extent,
    deleteBy: releasers,
    progress: ({ state }) => progress.show(`publishing a title: ${state}`),
  });
  const session = await client.play(asset.id);
  releasers.add('the session', () => client.endSession(session.sessionId));
  const { playlists, segments } = await filesOf(session.hls);
  if (segments.length === 0) throw new BenchError('The playlists name no segments');
  const { origin } = new URL(session.hls);
  const measure = (what: string, files: readonly string[]): Promise<MeasuredRow[]> =>
    compare({
      what,
      figures: servingFigures,
      ours: servingContender({
        name: 'ours',
        pid: undefined,
        generator: bench.load,
        load: () => ({
          origin,
          prefixes: [pathPrefixOf(session)],
          files,
          connections,
          seconds: bench.extent === 'full' ? 3 : 1,
        }),
        smallest: 100,
      }),
      peers: [],
      repeats: bench.extent === 'full' ? 5 : 1,
      warmUp: bench.extent === 'full',
      progress: (share) => progress.show(`${what}: ${Math.floor(share * 100)} %`),
    });
  return [...(await measure('segments', segments)), ...(await measure('playlists', playlists))];
}
