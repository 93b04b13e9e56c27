import { compare, type Contender, type MeasuredRow } from '../runner/measurement.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { objectStoreFor } from './object-store.ts';
import { planFiles, setsOf, type OriginFiles } from './origin-files.ts';
import { startServing, type ServingInstallation } from './origin-installation.ts';
import { startOriginPeers, type OriginPeers } from './origin-peers.ts';
import { runningOrigin } from './origin-running.ts';
import { servingContender, servingFigures } from './serving.ts';
import { onRedis, redisForSessions } from './session-engines.ts';

const MiB = 1024 ** 2;
/** Connections at the same time, as in the figures of earlier days. */
const connections = 16;
/** Sessions where their number is not what is measured. */
const usualSessions = 10;

interface Sizes {
  readonly cacheBytes: number;
  readonly seconds: number;
  readonly repeats: number;
  readonly sessions: readonly number[];
  readonly viewers: number;
}

const sizes: Readonly<Record<Bench['extent'], Sizes>> = {
  full: { cacheBytes: 64 * MiB, seconds: 3, repeats: 5, sessions: [10, 100, 1000, 10_000], viewers: 10 },
  quick: { cacheBytes: 4 * MiB, seconds: 1, repeats: 1, sessions: [10], viewers: 2 },
};

/** What everybody is asked for. */
interface Row {
  readonly what: string;
  /** Ends of paths. */
  readonly files: readonly string[];
  /** Bytes that an answer has at least. */
  readonly smallest: number;
  readonly sessions: number;
  /** Whether Node alone is a peer, too: it keeps everything in memory. */
  readonly withBare?: boolean;
  /** Whether it is measured in a quick run, too. */
  readonly isQuick?: boolean;
}

/** Everybody on the same files. */
interface Stage {
  readonly bench: Bench;
  readonly size: Sizes;
  readonly files: OriginFiles;
  /** Sessions in memory, media on disk. */
  readonly embedded: ServingInstallation;
  readonly peers: OriginPeers;
}

async function setStage(bench: Bench): Promise<Stage> {
  const size = sizes[bench.extent];
  const files = planFiles(size.cacheBytes);
  const embedded = await startServing({
    bench,
    name: 'embedded',
    cacheBytes: size.cacheBytes,
    sets: setsOf(files),
    sessions: Math.max(...size.sessions),
    viewers: size.viewers,
  });
  const example = `${embedded.installation.url}${embedded.prefixes[0]}${files.small.files[0]}`;
  return { bench, size, files, embedded, peers: await startOriginPeers(bench, embedded.versionFolder, example) };
}

/**
 * One row: the same files from everybody, each by as many signed paths.
 * @param ours another installation than the embedded one, which then is a peer
 */
function measure({ bench, size, embedded, peers }: Stage, row: Row, ours = embedded): Promise<MeasuredRow[]> {
  const contender = (name: string, pid: number, origin: string, prefixes: readonly string[]): Contender =>
    servingContender({
      name,
      pid,
      generator: bench.load,
      load: () => ({ origin, prefixes, files: row.files, connections, seconds: size.seconds }),
      smallest: row.smallest,
    });
  const serving = (name: string, { installation, prefixes }: ServingInstallation): Contender =>
    contender(name, installation.pid, installation.url, prefixes.slice(0, row.sessions));
  const viewers = Array.from({ length: row.sessions }, (_, index) => `viewer-${index}`);
  const nginxes = [...peers.nginxes].map(([name, { pid, origin, prefixFor }]) =>
    contender(name, pid, origin, viewers.map(prefixFor)),
  );
  const bare = [...peers.bare].map(([name, { pid, origin }]) => contender(name, pid, origin, ['/']));
  return compare({
    what: row.what,
    figures: servingFigures,
    ours: serving('ours', ours),
    peers: [
      ...(ours === embedded ? [] : [serving('memory and disk', embedded)]),
      ...nginxes,
      ...(row.withBare ? bare : []),
    ],
    repeats: size.repeats,
    warmUp: bench.extent === 'full',
    progress: (share, who) => bench.progress.show(`${row.what}: ${Math.floor(share * 100)} % (${who})`),
  });
}

const inWords = (sessions: number): string => `${sessions.toLocaleString('en')} sessions`;

/** Sessions in memory, media on disk: as it runs without further settings. */
async function embeddedRows(stage: Stage): Promise<MeasuredRow[]> {
  const { small, large, coldSmall, coldLarge } = stage.files;
  const usual = { sessions: usualSessions };
  const all: readonly Row[] = [
    { ...usual, what: 'hot 64 KiB', files: small.files, smallest: small.bytes, withBare: true, isQuick: true },
    { ...usual, what: 'hot 1 MiB', files: large.files, smallest: large.bytes, withBare: true },
    { ...usual, what: 'playlists', files: stage.embedded.playlists, smallest: 100, isQuick: true },
    { ...usual, what: 'cold 64 KiB', files: coldSmall.files, smallest: coldSmall.bytes },
    { ...usual, what: 'cold 1 MiB', files: coldLarge.files, smallest: coldLarge.bytes, isQuick: true },
    ...stage.size.sessions.slice(1).map((sessions): Row => {
      const what = `hot 64 KiB, ${inWords(sessions)}`;
      return { what, files: small.files, smallest: small.bytes, sessions };
    }),
  ];
  const rows: MeasuredRow[] = [];
  for (const row of all) if (stage.bench.extent === 'full' || row.isQuick) rows.push(...(await measure(stage, row)));
  return rows;
}

/** As many sessions as there are, on Redis. */
async function redisRows(stage: Stage): Promise<MeasuredRow[]> {
  const { bench, size, files } = stage;
  const redis = await redisForSessions(bench);
  if (redis === undefined) return [];
  const sessions = Math.max(...size.sessions);
  const ours = await startServing({
    bench,
    name: 'on Redis',
    cacheBytes: size.cacheBytes,
    settings: onRedis(redis.url),
    sets: [files.small],
    sessions,
    viewers: size.viewers,
  });
  const what = `hot 64 KiB, ${inWords(sessions)} on Redis`;
  return measure(stage, { what, files: files.small.files, smallest: files.small.bytes, sessions }, ours);
}

/** Media on S3, hot and cold. */
async function objectStoreRows(stage: Stage): Promise<MeasuredRow[]> {
  const { bench, size, files } = stage;
  const store = await objectStoreFor(bench);
  if (store === undefined) return [];
  const { large, coldLarge } = files;
  const ours = await startServing({
    bench,
    name: 'on S3',
    cacheBytes: size.cacheBytes,
    settings: store.settings,
    sets: [large, coldLarge],
    write: store.write,
    sessions: usualSessions,
    viewers: size.viewers,
  });
  const row = { sessions: usualSessions, smallest: large.bytes };
  return [
    ...(await measure(stage, { ...row, what: 'hot 1 MiB, media on S3', files: large.files }, ours)),
    ...(await measure(stage, { ...row, what: 'cold 1 MiB, media on S3', files: coldLarge.files }, ours)),
  ];
}

/** Delivery: what a segment and a playlist cost, hot and cold, with few sessions and many. */
export const origin: Scenario = {
  name: 'origin',
  summary: 'segments and playlists, hot and cold, 10 to 10,000 sessions; peers: nginx with secure_link, bare Node',
  async run(bench) {
    if (bench.running !== undefined) return runningOrigin(bench, bench.running);
    const stage = await setStage(bench);
    return [...(await embeddedRows(stage)), ...(await redisRows(stage)), ...(await objectStoreRows(stage))];
  },
};
