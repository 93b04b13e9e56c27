import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { toError } from '../kit/errors.ts';
import type { OpenDatabase } from '../db/port.ts';
import { isStorageUnavailable, type Storage } from '../storage/port.ts';
import type { Config } from '../../config/schema.ts';
import { explainLosses, noticesOfConfinement } from '../../transcoder/child/losses.ts';
import type { Confinement } from '../../transcoder/child/confinement.ts';
import type { ToolReport, Tools } from '../../transcoder/tools.ts';

/** What `doctor` found about one part. Only `missing` keeps the server from working. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'missing';
  /** What was found, and what to do about it. */
  readonly detail: string;
}

const GiB = 1024 ** 3;

/** Type stripping is on by default from here. */
const oldestNode: readonly [number, number] = [22, 18];

export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return fits
    ? { name: 'Node', status: 'ok', detail: version }
    : {
        name: 'Node',
        status: 'missing',
        detail: `${version} is too old: use ${oldestNode.join('.')} or newer, or the npm scripts, which bring their own`,
      };
}

/**
 * What was found of ffmpeg, ffprobe and the packager.
 * @param capabilities what they can do, or why that could not be told
 * @param asked how much of the cage the server must have (`media.confinement`)
 */
export function examineTools(
  reports: readonly ToolReport[],
  capabilities: Tools | Error,
  asked: Config['media']['confinement'] = 'preferred',
): readonly Finding[] {
  const found = reports.map((report): Finding =>
    'tool' in report
      ? {
          name: report.name,
          status: 'ok',
          detail: `${report.tool.version}, ${report.tool.path} (${report.tool.origin})`,
        }
      : { name: report.name, status: 'missing', detail: report.problem },
  );
  if (found.some(({ status }) => status === 'missing')) return found;
  if (capabilities instanceof Error)
    return [...found, { name: 'encoders', status: 'missing', detail: capabilities.message }];
  const { confinement, canToneMap } = capabilities;
  return [
    ...found,
    { name: 'encoders', status: 'ok', detail: 'libx264 and aac' },
    canToneMap
      ? { name: 'HDR', status: 'ok', detail: 'zscale and tonemap: HDR sources become SDR' }
      : {
          name: 'HDR',
          status: 'warning',
          detail: 'this ffmpeg lacks zscale or tonemap, so HDR sources cannot be turned into SDR: install a full build',
        },
    ...examineConfinement(confinement, asked),
  ];
}

function examineConfinement(confinement: Confinement, asked: Config['media']['confinement']): Finding[] {
  const losses = explainLosses(confinement);
  const root = noticesOfConfinement(confinement).find(({ code }) => code === 'server-is-root');
  const cage: Finding =
    losses === undefined
      ? {
          name: 'confinement',
          status: 'ok',
          detail: `FFmpeg and the packager see nothing but what they work on (${confinement.way})`,
        }
      : {
          name: 'confinement',
          status: asked === 'required' ? 'missing' : 'warning',
          detail: `${losses}${asked === 'required' ? ' The server does not start without it (media.confinement).' : ''}`,
        };
  return root ? [cage, { name: 'user', status: 'warning', detail: root.detail }] : [cage];
}

export async function examineDatabase(kind: string, database: OpenDatabase): Promise<Finding> {
  try {
    const pending = await database.pending();
    return pending.length === 0
      ? { name: 'database', status: 'ok', detail: `${kind}, up to date` }
      : {
          name: 'database',
          status: 'warning',
          detail: `${kind}, lacks ${pending.join(', ')}: the next start (or "npm run migrate") applies them`,
        };
  } catch (error) {
    return { name: 'database', status: 'missing', detail: `${kind} does not answer: ${toError(error).message}` };
  }
}

/** What an outage is told with besides: clients are not told which host does not answer, operators are. */
function wordsOf(thrown: unknown): string {
  const error = toError(thrown);
  return isStorageUnavailable(error) && error.cause instanceof Error ? error.cause.message : error.message;
}

export async function examineStorage(kind: string, storage: Storage, minFreeBytes: number): Promise<Finding> {
  try {
    await storage.check();
    const warnings = await storage.warnings();
    if (warnings.length > 0)
      return { name: 'storage', status: 'warning', detail: `${kind}, can be written to. ${warnings.join('\n')}` };
    const free = await storage.freeBytes();
    if (free === undefined) return { name: 'storage', status: 'ok', detail: `${kind}, can be written to` };
    const inWords = `${(free / GiB).toFixed(1)} GiB free`;
    return free > minFreeBytes
      ? { name: 'storage', status: 'ok', detail: `${kind}, can be written to, ${inWords}` }
      : {
          name: 'storage',
          status: 'warning',
          detail: `${kind}, ${inWords}: uploads are refused below ${(minFreeBytes / GiB).toFixed(1)} GiB (storage.minFreeBytes)`,
        };
  } catch (error) {
    return { name: 'storage', status: 'missing', detail: `${kind} cannot be used: ${wordsOf(error)}` };
  }
}

/**
 * Whether there is a folder that can be written to, or the first start can make it.
 * @param option the setting that says where it is
 */
export async function examineFolder(name: string, folder: string, option: string): Promise<Finding> {
  const missing = (problem: string): Finding => ({
    name,
    status: 'missing',
    detail: `${folder} cannot be written to (${problem}): set ${option}, or give this user the right`,
  });
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      if (!(await stat(at)).isDirectory()) return missing(`${at} is not a folder`);
      await access(at, constants.W_OK | constants.X_OK);
      return { name, status: 'ok', detail: at === folder ? folder : `${folder}, made at the first start` };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' || at === path.dirname(at)) return missing(`${code} at ${at}`);
    }
  }
}

/** @param apps the web apps, each with the folder that its build writes */
export async function examineWebApps(
  apps: readonly { readonly name: string; readonly built: string }[],
): Promise<Finding> {
  const looked = await Promise.all(
    apps.map(async ({ name, built }) => {
      const isBuilt = await access(path.join(built, 'index.html')).then(
        () => true,
        () => false,
      );
      return { name, isBuilt };
    }),
  );
  const missing = looked.filter(({ isBuilt }) => !isBuilt).map(({ name }) => name);
  if (missing.length === 0)
    return { name: 'web apps', status: 'ok', detail: `${apps.map(({ name }) => name).join(', ')}: built` };
  return {
    name: 'web apps',
    status: 'warning',
    detail: `${missing.join(', ')}: not built: run "npm run build:web" (npm start does it by itself)`,
  };
}

/** The findings as a table for people. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, status, detail }) => {
      const [first = '', ...rest] = detail.split('\n');
      return [
        `${status.padEnd(8)} ${name.padEnd(width)}  ${first}`,
        ...rest.map((line) => `${' '.repeat(width + 11)}${line}`),
      ].join('\n');
    })
    .join('\n');
}

/** 1 when something necessary is missing. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return findings.some(({ status }) => status === 'missing') ? 1 : 0;
}
