import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { ApiClient, type Asset } from '../installation/api-client.ts';
import { startOwn } from '../installation/own.ts';
import { ffmpegCommand, makeClip } from '../installation/title.ts';
import { commandPerRung, oneCommand, playlistOf, type LadderJob } from '../peers/ffmpeg-ladder.ts';
import { BenchError } from '../runner/bench-error.ts';
import { runChild } from '../runner/child-process.ts';
import { compare, type Contender, type Figure, type MeasuredRow, type Outcome } from '../runner/measurement.ts';
import { hasProcessFigures, TreeWatch } from '../runner/process-tree.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { ladderOf, readLadder, type EncodedLadder } from './transcode-ladder.ts';

const MiB = 1024 ** 2;

const figures: readonly Figure[] = [
  { key: 'wall', name: 'complete after', unit: 's' },
  { key: 'cpu', name: 'CPU, children included', unit: 's' },
  { key: 'playable', name: 'first playable after', unit: 's' },
  { key: 'memory', name: 'most memory at once', unit: 'MiB' },
];

/** How often is looked whether a title, or a playlist, is there, in milliseconds. */
const lookEveryMs = 50;

const secondsBetween = (from: string, to: string | null | undefined): number =>
  to == null ? Number.NaN : (Date.parse(to) - Date.parse(from)) / 1000;

const outcomeOf = ({ cpuSeconds, memoryBytes }: ReturnType<TreeWatch['stop']>): Outcome => ({
  cpu: cpuSeconds,
  memory: memoryBytes / MiB,
});

/** From the end of the upload, which makes the asset, as the server's own clock says. */
function timesOf(asset: Asset): { wall: number; playable: number } {
  const version = asset.versions[0];
  const times = {
    wall: secondsBetween(asset.createdAt, version?.finishedAt),
    playable: secondsBetween(asset.createdAt, version?.playableAt),
  };
  if (!(times.wall > 0 && times.playable > 0)) throw new BenchError(`${asset.filename} does not say when it was ready`);
  return times;
}

/** Takes files through the pipeline of one installation, and deletes what came of them, also when it is broken off. */
class Pipeline {
  readonly #client: ApiClient;
  readonly #pid: number | undefined;
  readonly #open = new Set<string>();

  /** @param pid of the server; undefined when it is not on this machine */
  constructor(client: ApiClient, pid: number | undefined) {
    this.#client = client;
    this.#pid = hasProcessFigures ? pid : undefined;
  }

  async ingest(file: string): Promise<{ readonly asset: Asset; readonly outcome: Outcome }> {
    const pid = this.#pid;
    const id = await this.#client.upload(file, path.basename(file));
    this.#open.add(id);
    const watch = pid === undefined ? undefined : new TreeWatch(pid);
    let used: ReturnType<TreeWatch['stop']> | undefined;
    const asset = await this.#client.whenReady(id, undefined, lookEveryMs).finally(() => (used = watch?.stop()));
    await this.clear();
    return { asset, outcome: { ...timesOf(asset), ...(used && outcomeOf(used)) } };
  }

  /** Deletes what is left. */
  async clear(): Promise<void> {
    for (const id of this.#open) {
      await this.#client.deleteAsset(id);
      this.#open.delete(id);
    }
  }
}

/** Runs commands one after the other; `isPlayable` says when somebody could begin to watch. */
function ffmpegContender(options: {
  readonly bench: Bench;
  readonly name: string;
  readonly job: LadderJob;
  readonly commands: (job: LadderJob) => string[][];
  readonly isPlayable: (job: LadderJob) => boolean;
}): Contender {
  const { bench, name, job, isPlayable } = options;
  return {
    name,
    async run() {
      for (const { name: rung } of [...job.video, ...job.audio])
        await mkdir(path.join(job.folder, rung), { recursive: true });
      const startedAt = performance.now();
      const elapsed = (): number => (performance.now() - startedAt) / 1000;
      let playable: number | undefined;
      const look = setInterval(() => {
        if (playable === undefined && isPlayable(job)) playable = elapsed();
      }, lookEveryMs);
      const used = { cpuSeconds: 0, memoryBytes: 0 };
      try {
        for (const args of options.commands(job)) {
          let watch: TreeWatch | undefined;
          await runChild({
            name,
            command: ffmpegCommand(),
            args,
            releasers: bench.releasers,
            started: (pid) => (watch = hasProcessFigures ? new TreeWatch(pid) : undefined),
          }).finally(() => {
            const { cpuSeconds, memoryBytes } = watch?.stop() ?? { cpuSeconds: 0, memoryBytes: 0 };
            used.cpuSeconds += cpuSeconds;
            used.memoryBytes = Math.max(used.memoryBytes, memoryBytes);
          });
        }
      } finally {
        clearInterval(look);
      }
      const wall = elapsed();
      if (!isPlayable(job)) throw new BenchError(`${name} made no playlists`);
      await rm(job.folder, { recursive: true });
      return { wall, playable: playable ?? wall, ...(hasProcessFigures && outcomeOf(used)) };
    },
  };
}

/** ffmpeg by itself, made to do the same: the same rungs, quality, key frames and segments. */
function peersFor(bench: Bench, source: string, asset: Asset, ladder: EncodedLadder): Contender[] {
  const { gopSeconds, segmentSeconds } = loadConfig().encode;
  const job: LadderJob = {
    source,
    folder: path.join(bench.folder, 'ffmpeg'),
    preset: ladder.preset,
    frameRate: String(asset.media?.frameRate ?? 25),
    gopSeconds,
    segmentSeconds,
    video: ladder.video,
    audio: ladder.audio,
  };
  const isThere = ({ folder }: LadderJob, name: string): boolean => existsSync(playlistOf(folder, name));
  return [
    ffmpegContender({
      bench,
      name: 'one ffmpeg',
      job,
      commands: (each) => [oneCommand(each)],
      isPlayable: (each) => each.video.every(({ name }) => isThere(each, name)),
    }),
    ffmpegContender({
      bench,
      name: 'ffmpeg per rung',
      job,
      commands: commandPerRung,
      isPlayable: (each) => each.video.some(({ name }) => isThere(each, name)),
    }),
  ];
}

async function defaultFiles(bench: Bench): Promise<string[]> {
  bench.progress.show('making a clip');
  if (bench.extent === 'quick')
    return [await makeClip(bench.folder, { seconds: 5, width: 320, height: 180, rate: '24' })];
  return [
    await makeClip(bench.folder, { seconds: 30, width: 1280, height: 720, rate: '24' }),
    await makeClip(bench.folder, { seconds: 120, width: 854, height: 480, rate: '25' }),
  ];
}

/** From the end of an upload to a title that is complete, against ffmpeg by itself. */
export const transcode: Scenario = {
  name: 'transcode',
  summary: 'the pipeline from the end of the upload to complete; peers: one tuned ffmpeg for all rungs, one for each',
  operands: '[files]',
  async run(bench) {
    const { releasers, progress, running } = bench;
    for (const file of bench.files) if (!existsSync(file)) throw new BenchError(`There is no file ${file}`);
    const own =
      running === undefined ? await startOwn({ folder: path.join(bench.folder, 'data'), releasers }) : undefined;
    const client = own?.administrator ?? (await ApiClient.signIn(running!.url, running!.email, running!.password));
    if (own === undefined) bench.leaveOut('CPU, memory and peers', 'the installation is not ours to look into');
    const pipeline = new Pipeline(client, own?.pid);
    if (own === undefined) releasers.add('titles', () => pipeline.clear());
    const ladderFile = readLadder(loadConfig().encode.ladder);
    const rows: MeasuredRow[] = [];
    for (const file of bench.files.length > 0 ? bench.files : await defaultFiles(bench)) {
      const what = path.basename(file);
      progress.show(`${what}: first time`);
      const { asset } = await pipeline.ingest(file);
      const ladder = ladderOf(asset, ladderFile);
      if (ladder.guessed.length > 0)
        progress.print(`${what}: peers encode ${ladder.guessed.join(', ')} with the quality of the nearest rung`);
      rows.push(
        ...(await compare({
          what,
          figures,
          ours: { name: 'ours', run: async () => (await pipeline.ingest(file)).outcome },
          peers: own === undefined ? [] : peersFor(bench, file, asset, ladder),
          repeats: bench.extent === 'full' ? 3 : 1,
          // The first time above was that.
          warmUp: false,
          progress: (share, who) => progress.show(`${what}: ${Math.floor(share * 100)} % (${who})`),
        })),
      );
    }
    return rows;
  },
};
