import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiClient } from '../installation/api-client.ts';
import { startOwn } from '../installation/own.ts';
import { makeClip, publishTitle } from '../installation/title.ts';
import { makeViewers } from '../installation/viewers.ts';
import { startBare, type BareServer } from '../peers/bare-process.ts';
import type { RecordedAnswer } from '../peers/bare-route-process.ts';
import { BenchError } from '../runner/bench-error.ts';
import { compare, type MeasuredRow } from '../runner/measurement.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { servingContender, servingFigures } from './serving.ts';

const connections = 16;

/** Something that apps ask for all the time. */
interface Route {
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
  /** Who asks; nobody: somebody who is not signed in. */
  readonly accounts: readonly ApiClient[];
}

const answerHeaders = /^(date|connection|keep-alive|content-length|transfer-encoding|set-cookie|request-id|vary)$/;

const targetOf = ({ path: target, query = '' }: Route): string => `${target}${query}`;

async function headersFor({ accounts, body }: Route): Promise<Record<string, string>[]> {
  const sets: Record<string, string>[] = accounts.length === 0 ? [{}] : [];
  for (const account of accounts)
    sets.push({ ...(await account.headers()), ...(body === undefined ? {} : { 'content-type': 'application/json' }) });
  return sets;
}

/** Asks once and keeps the answer. */
async function record(url: string, route: Route): Promise<RecordedAnswer> {
  const [headers = {}] = await headersFor(route);
  const response = await fetch(`${url}${targetOf(route)}`, {
    method: route.method,
    headers,
    ...(route.body === undefined ? {} : { body: route.body }),
  });
  const body = await response.text();
  if (!response.ok) throw new BenchError(`${route.method} ${route.path} answered ${response.status}: ${body}`);
  return {
    method: route.method,
    path: route.path,
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !answerHeaders.test(name))),
    body,
  };
}

async function measure(
  bench: Bench,
  route: Route,
  ours: { readonly url: string; readonly pid: number | undefined },
  bare: BareServer | undefined,
  answer: RecordedAnswer,
): Promise<MeasuredRow[]> {
  const contender = (name: string, pid: number | undefined, origin: string) =>
    servingContender({
      name,
      pid,
      generator: bench.load,
      load: async () => ({
        origin,
        method: route.method,
        prefixes: [targetOf(route)],
        files: [''],
        headers: await headersFor(route),
        ...(route.body === undefined ? {} : { body: route.body }),
        connections,
        seconds: bench.extent === 'full' ? 3 : 1,
      }),
      // Addresses in answers differ in length by a little.
      smallest: answer.body.length * 0.9,
    });
  return compare({
    what: route.what,
    figures: servingFigures,
    ours: contender('ours', ours.pid, ours.url),
    peers: bare === undefined ? [] : [contender('bare Fastify', bare.pid, bare.origin)],
    repeats: bench.extent === 'full' ? 5 : 1,
    warmUp: bench.extent === 'full',
    progress: (share, who) => bench.progress.show(`${route.what}: ${Math.floor(share * 100)} % (${who})`),
  });
}

async function startBareFor(bench: Bench, answers: readonly RecordedAnswer[]): Promise<BareServer> {
  const file = path.join(bench.folder, 'answers.json');
  await writeFile(file, JSON.stringify(answers), { mode: 0o600 });
  return startBare('bare-route', [file], bench.releasers);
}

/** The routes that are asked for most, of a title that is there. */
function reads(account: ApiClient, { assetId, titleId }: { assetId: string; titleId: string }): Route[] {
  const accounts = [account];
  return [
    { what: 'home, as a viewer', method: 'GET', path: '/api/v1/home', accounts: [] },
    { what: 'one title, as a viewer', method: 'GET', path: `/api/v1/titles/${titleId}`, accounts: [] },
    { what: 'new titles, as a viewer', method: 'GET', path: '/api/v1/titles', query: '?limit=50', accounts: [] },
    { what: 'list of videos', method: 'GET', path: '/api/v1/assets', query: '?limit=50', accounts },
    { what: 'one video', method: 'GET', path: `/api/v1/assets/${assetId}`, accounts },
    { what: 'own account', method: 'GET', path: '/api/v1/accounts/me', accounts },
  ];
}

/** The control API: its hottest routes against Fastify alone. */
export const api: Scenario = {
  name: 'api',
  summary:
    'home, titles as viewers and as staff see them, the own account, starting a stream; peer: a bare Fastify route, same bytes',
  async run(bench) {
    const { releasers, progress, running, folder } = bench;
    const own = running === undefined ? await startOwn({ folder: path.join(folder, 'data'), releasers }) : undefined;
    const account = own?.administrator ?? (await ApiClient.signIn(running!.url, running!.email, running!.password));
    const asset = await publishTitle({
      client: account,
      folder,
      extent: bench.extent,
      ...(own === undefined ? { deleteBy: releasers } : {}),
      progress: ({ state }) => progress.show(`publishing a title: ${state}`),
    });
    const routes = reads(account, { assetId: asset.id, titleId: await titleOf(account, asset.id) });
    if (own === undefined) {
      bench.leaveOut('CPU time and peers', 'the installation is not ours to look into');
      bench.leaveOut('starting streams', 'they would stay in the installation until they expire');
    } else {
      await addTitles(bench, account, bench.extent === 'full' ? 11 : 0);
      const viewers = await makeViewers(account, bench.extent === 'full' ? 20 : 2);
      const body = JSON.stringify({ assetId: asset.id });
      const started = { method: 'POST', path: '/api/v1/playback/sessions', body, accounts: viewers } as const;
      routes.push({ what: 'starting a stream', ...started });
    }
    const answers: RecordedAnswer[] = [];
    for (const route of routes) answers.push(await record(account.url, route));
    const bare = own === undefined ? undefined : await startBareFor(bench, answers);
    const rows: MeasuredRow[] = [];
    for (const [index, route] of routes.entries()) {
      // A quick run is to show that everything works: one that reads, and one that writes.
      if (bench.extent === 'quick' && index !== 0 && index !== routes.length - 1) continue;
      rows.push(
        ...(await measure(bench, route, { url: account.url, pid: own?.pid }, bare, answers[index] as RecordedAnswer)),
      );
    }
    return rows;
  },
};

/** The title that was made of a video. */
async function titleOf(account: ApiClient, assetId: string): Promise<string> {
  const answer = await account.request('GET', '/api/v1/catalogue/titles?kind=movie&limit=100');
  const { items } = (await answer.json()) as { items: { id: string; assetId: string | null }[] };
  const found = items.find((title) => title.assetId === assetId);
  if (!found) throw new BenchError(`The title of ${assetId} is not among the newest`);
  return found.id;
}

/** Further titles, so that a list is one. */
async function addTitles(bench: Bench, account: ApiClient, count: number): Promise<void> {
  const file = await makeClip(bench.folder, { seconds: 1, width: 320, height: 180, rate: '24' });
  for (let number = 1; number <= count; number += 1) {
    bench.progress.show(`publishing titles: ${number} of ${count}`);
    const id = await account.upload(file, `dramabox-bench-${number}.mp4`);
    await account.whenReady(id);
    await account.publishMovie(id);
  }
}
