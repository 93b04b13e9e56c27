import { existsSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { createFirstAdmin } from '../../control-api/sign-in/passwords/first-admin.ts';
import { generateClip } from '../../fixtures/generate-clip.ts';
import { findTools } from '../../transcoder/tools.ts';
import { startServer, type RunningServer } from '../boot/server.ts';
import { OperatorError } from '../kit/errors.ts';
import { configFile, forOperator } from './commands.ts';
import { Company } from './demo/company.ts';
import { DemoClient, type DemoAsset } from './demo/client.ts';
import { givePictures, makeMovie } from './demo/given-video.ts';
import { ProgressDisplay, describe } from './progress-display.ts';
import { StopSignals } from './stop-signals.ts';

const adminEmail = 'admin@dramabox.local';
const pollMs = 250;
/** A video that takes longer than this, once it can be watched, is not waited for with the rest. */
const longSeconds = 60;

/** The clip that is made when none is given: long enough to see several chunks at work. */
const clip = { seconds: 30, width: 1280, height: 720, rate: '24' } as const;

async function madeClip(config: Config): Promise<string> {
  const file = path.join(config.dataDir, 'demo', 'test-pattern.mp4');
  if (existsSync(file)) return file;
  await mkdir(path.dirname(file), { recursive: true });
  const { ffmpeg } = await findTools(config.tools);
  // Renamed when whole: a demo that was interrupted here leaves no half clip to be reused.
  const partial = `${file}.${process.pid}.mp4`;
  await generateClip(ffmpeg.path, partial, clip);
  await rename(partial, file);
  return file;
}

/**
 * A server on embedded defaults, an administrator, and one video from upload to stream. The lines `HLS`, `DASH`,
 * `VIEWER`, `DASHBOARD`, `FIRST PLAYABLE` and `COMPLETE` are each printed alone, as soon as they are known.
 */
async function demo(argv: readonly string[]): Promise<number> {
  const config = loadConfig({
    file: configFile(undefined, process.env),
    environment: process.env,
    // Who tries it out has nothing to protect yet.
    overrides: { log: { level: 'warn', pretty: true }, accounts: { staffSecondFactor: false, guests: true } },
  });
  const display = new ProgressDisplay(process.stdout);
  const given = argv[0] === undefined ? undefined : path.resolve(argv[0]);
  if (given !== undefined && !existsSync(given)) {
    throw new OperatorError(`There is no file ${given}`);
  }
  const signals = new StopSignals();
  const server = await startServer(config).catch((error: unknown) => {
    signals.release();
    throw error;
  });
  const stopped = signals.stop(server, config);
  let company: Company | undefined;
  try {
    const made = await createFirstAdmin(server.db, { email: adminEmail });
    display.print(`VIEWER ${server.url}/`);
    display.print(`DASHBOARD ${server.url}/dashboard/`);
    display.print(
      made
        ? `Sign in as ${made.email} with password ${made.password}   (shown this once)`
        : 'Sign in with the login you were shown before (a new password: node server/main.ts admin password --email …).',
    );
    const video = given ?? (await madeClip(config));
    const client = new DemoClient(server.url, operatorToken(server));
    company = await Company.invite({ config, server, client, display, isNew: made !== undefined });
    const followed = await Promise.race([follow(client, video, display, company), stopped]);
    if (followed === 'failed') {
      await server.stop();
      return 1;
    }
    if (followed === 'done') {
      display.print('Serving until Ctrl-C.');
      company.maySpeak = true;
      company.begin();
    }
    return await stopped;
  } catch (error) {
    // The server went away under the client because somebody stopped it: no failure of the demo.
    if (server.isStopping) return await stopped;
    await server.force();
    console.error(`The demo ended: ${(error as Error).message}`);
    return 1;
  } finally {
    await company?.end();
    signals.release();
  }
}

/** Access tokens of the operator, each used for half of its life. */
function operatorToken(server: RunningServer): () => Promise<string> {
  let token = '';
  let until = 0;
  return async () => {
    if (Date.now() < until) return token;
    const grant = await server.controlApi?.signInOperator();
    if (!grant) throw new Error('No administrator may sign in: all of them are disabled');
    until = Date.now() + grant.expiresIn * 500;
    return (token = grant.accessToken);
  };
}

/** Uploads a video and follows it to its end; it becomes a movie as soon as it can be watched. */
async function follow(
  client: DemoClient,
  video: string,
  display: ProgressDisplay,
  company: Company,
): Promise<'done' | 'failed'> {
  const { size } = await stat(video);
  const earlier = await client.find(video, size);
  if (earlier !== undefined) display.print(`${path.basename(video)} was ingested before: reusing it.`);
  const id =
    earlier ??
    (await client.upload(video, size, (share) =>
      display.show([`uploading ${path.basename(video)} ${Math.floor(share * 100)} %`]),
    ));
  const seconds = (asset: DemoAsset, until: string): string =>
    `${((Date.parse(until) - Date.parse(asset.createdAt)) / 1000).toFixed(1)} s`;
  let playing = false;
  let movieId: string | undefined;
  for (;;) {
    const asset = await client.asset(id);
    const version = asset.versions[0];
    if (asset.isPlayable && !playing) {
      playing = true;
      const urls = await client.play(id);
      display.print(`HLS ${urls.hls}`);
      display.print(`DASH ${urls.dash}`);
      if (version?.playableAt) display.print(`FIRST PLAYABLE ${seconds(asset, version.playableAt)}`);
      movieId = await makeMovie(client, id, video).catch((error: unknown) => {
        display.print(`It is no movie of the catalogue: ${(error as Error).message}`);
        return undefined;
      });
    }
    if (asset.state === 'ready' && version?.finishedAt) {
      display.print(`COMPLETE ${seconds(asset, version.finishedAt)}`);
      if (movieId !== undefined) await givePictures(client, movieId);
      return 'done';
    }
    if (asset.state === 'failed' || asset.state === 'cancelled') {
      display.print(`${path.basename(video)} could not be used: ${asset.error?.message ?? asset.state}`);
      return 'failed';
    }
    // The video comes first, but nobody waits for hours.
    if (asset.isPlayable && (version?.work.etaSeconds ?? 0) > longSeconds) company.begin();
    if (version) display.show(describe(version));
    await delay(pollMs);
  }
}

if (import.meta.main) process.exitCode = await forOperator(() => demo(process.argv.slice(2)));
