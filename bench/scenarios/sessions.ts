import type { Asset, StartedSession } from '../installation/api-client.ts';
import { publishTitle } from '../installation/title.ts';
import { inParallel, makeViewers, pathPrefixOf } from '../installation/viewers.ts';
import { KeepAliveClient } from '../load/keep-alive-client.ts';
import { BenchError } from '../runner/bench-error.ts';
import { compare, type Contender, type Figure, type Outcome } from '../runner/measurement.ts';
import { costOf } from '../runner/stopwatch.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { revocationMs, type Stream } from './revocation.ts';
import { startEngines, type SessionEngine } from './session-engines.ts';
import { runningSessions } from './sessions-running.ts';

/** Connections at the same time. */
const connections = 16;
/** How often the origin tells the session store who plays: as often as it can be set, to see what that costs. */
const reportSeconds = 1;

const sizes = {
  full: { sessions: 2000, seconds: 6, repeats: 5, viewers: 10, revocations: 20 },
  quick: { sessions: 40, seconds: 2, repeats: 1, viewers: 2, revocations: 2 },
} as const;

const figures: readonly Figure[] = [
  { key: 'startRate', name: 'starts', unit: 'starts/s' },
  { key: 'startCpu', name: 'CPU of the server per start', unit: 'us' },
  { key: 'startCommands', name: 'Redis operations per start', unit: 'operations' },
  { key: 'heartbeats', name: 'heartbeats carried', unit: 'heartbeats/s' },
  { key: 'requestCpu', name: 'CPU of the server per request while they are', unit: 'us' },
  { key: 'heartbeatCommands', name: 'Redis operations per heartbeat', unit: 'operations' },
  { key: 'revocation', name: 'from a revocation to the refusal, slowest', unit: 'ms' },
  { key: 'endRate', name: 'revocations', unit: 'revocations/s' },
  { key: 'endCpu', name: 'CPU of the server per revocation', unit: 'us' },
  { key: 'endCommands', name: 'Redis operations per revocation', unit: 'operations' },
];

/** An engine with a title, and accounts that watch it. */
interface Prepared {
  readonly engine: SessionEngine;
  readonly asset: Asset;
  /** Headers of each account. */
  readonly viewers: readonly Readonly<Record<string, string>>[];
  readonly http: KeepAliveClient;
}

async function prepare(bench: Bench, engine: SessionEngine): Promise<Prepared> {
  const { administrator } = engine.installation;
  const asset = await publishTitle({
    client: administrator,
    folder: bench.folder,
    extent: bench.extent,
    progress: ({ state }) => bench.progress.show(`${engine.name}: publishing a title: ${state}`),
  });
  const accounts = await makeViewers(administrator, sizes[bench.extent].viewers);
  const viewers = await Promise.all(accounts.map((account) => account.headers()));
  const http = new KeepAliveClient(connections);
  bench.releasers.add('connections', async () => http.close());
  return { engine, asset, viewers, http };
}

/** Does something so many times, and says what one of them cost. */
async function perPiece<T>(
  { engine }: Prepared,
  count: number,
  work: () => Promise<T>,
): Promise<{ result: T; rate: number; cpu: number | undefined; commands: number | undefined }> {
  const before = await engine.redis?.commands();
  const { result, seconds, cpuSeconds } = await costOf(engine.installation.pid, work);
  const after = await engine.redis?.commands();
  return {
    result,
    rate: count / seconds,
    cpu: cpuSeconds === undefined ? undefined : (cpuSeconds * 1e6) / count,
    commands: before === undefined || after === undefined ? undefined : (after - before) / count,
  };
}

/** What was measured, without what was not. */
function outcomeOf(values: Readonly<Record<string, number | undefined>>): Outcome {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

async function startAll({ engine, asset, viewers, http }: Prepared, count: number): Promise<Stream[]> {
  const turns = Array.from({ length: count }, (_, index) => viewers[index % viewers.length] ?? {});
  const { url } = engine.installation;
  return inParallel(turns, connections, async (headers) => {
    const reply = await http.expect(201, {
      method: 'POST',
      url: `${url}/api/v1/playback/sessions`,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ assetId: asset.id }),
    });
    const session = JSON.parse(reply.body) as StartedSession;
    return { session, end: { method: 'DELETE', url: `${url}/api/v1/playback/sessions/${session.sessionId}`, headers } };
  });
}

/** Starts, plays and ends a number of sessions. */
function contender(bench: Bench, prepared: Prepared): Contender {
  const size = sizes[bench.extent];
  const { engine, http } = prepared;
  return {
    name: engine.name,
    async run() {
      const started = await perPiece(prepared, size.sessions, () => startAll(prepared, size.sessions));
      const prefixes = started.result.map(({ session }) => pathPrefixOf(session));
      const beats = (size.sessions * size.seconds) / reportSeconds;
      const playing = await perPiece(prepared, beats, () =>
        bench.load.run({
          origin: engine.installation.url,
          prefixes,
          files: ['master.m3u8'],
          connections,
          seconds: size.seconds,
        }),
      );
      const { requests, seconds } = playing.result;
      const delays: number[] = [];
      for (const stream of started.result.slice(0, size.revocations)) delays.push(await revocationMs(http, stream));
      const left = started.result.slice(size.revocations);
      const ended = await perPiece(prepared, left.length, () =>
        inParallel(left, connections, ({ end }) => http.expect(204, end)),
      );
      return outcomeOf({
        startRate: started.rate,
        startCpu: started.cpu,
        startCommands: started.commands,
        // Who was asked for at least once in a period is reported in it.
        heartbeats: Math.min(size.sessions / reportSeconds, requests / seconds),
        requestCpu: playing.cpu === undefined ? undefined : (playing.cpu * beats) / requests,
        heartbeatCommands: playing.commands,
        revocation: Math.max(...delays),
        endRate: ended.rate,
        endCpu: ended.cpu,
        endCommands: ended.commands,
      });
    },
  };
}

/** Sessions: starting, keeping and ending them, on Redis against in memory. */
export const sessions: Scenario = {
  name: 'sessions',
  summary: 'starts, heartbeats and revocations, Redis operations for each; on Redis, with memory as the peer',
  async run(bench) {
    if (bench.running !== undefined) return runningSessions(bench, bench.running);
    const engines = await startEngines(bench, { DRAMABOX_ORIGIN_REPORT_SECONDS: String(reportSeconds) });
    const prepared: Prepared[] = [];
    for (const engine of engines) prepared.push(await prepare(bench, engine));
    const [ours, ...peers] = prepared.map((each) => contender(bench, each));
    if (ours === undefined) throw new BenchError('There is no engine for sessions');
    return compare({
      what: ours.name,
      figures,
      ours,
      peers,
      repeats: sizes[bench.extent].repeats,
      warmUp: bench.extent === 'full',
      progress: (share, who) => bench.progress.show(`${who}: ${Math.floor(share * 100)} %`),
    });
  },
};
