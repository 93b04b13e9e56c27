import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../config/schema.ts';
import { OperatorError, toError } from '../server/kit/errors.ts';
import type { Confinement } from './child/confinement.ts';
import { findConfinement, type ConfinementOptions } from './child/find-confinement.ts';
import { findOnPath } from './child/find-program.ts';
import { runLimited } from './child/limited-process.ts';

/** An external program that was found and that answered. */
interface Tool {
  /** Absolute. */
  readonly path: string;
  /** As the program states it, e.g. `5.1.9-0+deb12u1`. */
  readonly version: string;
  /** Where it was found. */
  readonly origin: 'config' | 'ffmpeg-static' | 'node_modules' | 'PATH';
}

/** Everything outside Node that the transcoder runs. */
export interface Tools {
  readonly ffmpeg: Tool;
  readonly ffprobe: Tool;
  readonly packager: Tool;
  readonly confinement: Confinement;
  /** ffmpeg's words for "write every frame that comes, once": the option was renamed in 5.1. */
  readonly passFrames: readonly string[];
  /** Whether this ffmpeg can turn HDR into SDR (zscale and tonemap). */
  readonly canToneMap: boolean;
}

export type ToolName = 'ffmpeg' | 'ffprobe' | 'packager';

/** What was found out about one program, for `doctor`. */
export type ToolReport =
  { readonly name: ToolName; readonly tool: Tool } | { readonly name: ToolName; readonly problem: string };

const run = promisify(execFile);
const requireFrom = createRequire(import.meta.url);
const hints: Record<ToolName, string> = {
  ffmpeg:
    'install FFmpeg 4.4 or newer (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg) or set tools.ffmpeg',
  ffprobe:
    'install FFmpeg 4.4 or newer, which brings ffprobe (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg) or set tools.ffprobe',
  packager: 'run npm install again so that the shaka-packager package is there, or set tools.packager',
};

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The binary that the npm package ships for this system. Its index.js must not be imported: it runs the packager. */
function packagerBinary(): string {
  const system = { linux: 'linux', darwin: 'osx', win32: 'win' }[process.platform as string] ?? process.platform;
  const folder = path.dirname(requireFrom.resolve('shaka-packager/package.json'));
  return path.join(folder, 'bin', `packager-${system}-${process.arch}${system === 'win' ? '.exe' : ''}`);
}

/** Path of the ffmpeg-static binary; the package is optional and its download may have failed. */
function staticFfmpeg(): string | undefined {
  try {
    const file: unknown = requireFrom('ffmpeg-static');
    return typeof file === 'string' ? file : undefined;
  } catch {
    return undefined;
  }
}

async function locate(name: ToolName, configured: string): Promise<Pick<Tool, 'path' | 'origin'> | undefined> {
  if (configured) return { path: path.resolve(configured), origin: 'config' };
  if (name === 'ffmpeg') {
    const bundled = staticFfmpeg();
    if (bundled && (await isExecutable(bundled))) return { path: bundled, origin: 'ffmpeg-static' };
  }
  if (name === 'packager') {
    try {
      const shipped = packagerBinary();
      if (await isExecutable(shipped)) return { path: shipped, origin: 'node_modules' };
    } catch {
      // the package is not installed: look on PATH
    }
  }
  const onPath = await findOnPath(name);
  return onPath ? { path: onPath, origin: 'PATH' } : undefined;
}

/** `ffmpeg version n6.0-12 Copyright …` -> `n6.0-12`. */
function statedVersion(output: string): string | undefined {
  return /version\s+(\S+)/.exec(output)?.[1];
}

/** Major and minor number of an ffmpeg version, undefined for builds from a checkout (`N-109…`, `git-…`). */
export function releaseNumbers(version: string): { readonly major: number; readonly minor: number } | undefined {
  const match = /^n?(\d+)\.(\d+)/.exec(version);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

async function inspect(name: ToolName, configured: string): Promise<ToolReport> {
  const found = await locate(name, configured);
  if (!found) return { name, problem: `${name} was not found: ${hints[name]}.` };
  const version = name === 'packager' ? '--version' : '-version';
  try {
    const { stdout, stderr } = await run(found.path, [version], { timeout: 20_000, killSignal: 'SIGKILL' });
    const stated = statedVersion(stdout) ?? statedVersion(stderr);
    if (!stated) return { name, problem: `${found.path} does not state a version and is not ${name}: ${hints[name]}.` };
    const numbers = releaseNumbers(stated);
    if (name !== 'packager' && numbers && (numbers.major < 4 || (numbers.major === 4 && numbers.minor < 4))) {
      return { name, problem: `${found.path} is version ${stated}, too old: ${hints[name]}.` };
    }
    return { name, tool: { ...found, version: stated } };
  } catch (error) {
    return { name, problem: `${found.path} cannot be run (${toError(error).message.split('\n')[0]}): ${hints[name]}.` };
  }
}

/** Looks for every program and tries it; never throws for what is missing. For `doctor`. */
export function inspectTools(config: Config['tools']): Promise<ToolReport[]> {
  return Promise.all((['ffmpeg', 'ffprobe', 'packager'] as const).map((name) => inspect(name, config[name])));
}

async function listed(
  ffmpeg: string,
  what: '-encoders' | '-filters',
  names: readonly string[],
): Promise<readonly string[]> {
  const { stdout } = await run(ffmpeg, ['-hide_banner', what], { timeout: 20_000, maxBuffer: 4 * 1024 * 1024 });
  const present = new Set(stdout.split('\n').map((line) => line.trim().split(/\s+/)[1]));
  return names.filter((name) => present.has(name));
}

/** How the programs are confined by a configuration: who they are, and what they do not see wherever it lies. */
export function confinementOptions(
  config: Pick<Config, 'dataDir' | 'database' | 'storage' | 'media' | 'tools'>,
): ConfinementOptions {
  return {
    user: config.media.user,
    folders: config.tools.folders,
    hide: [config.dataDir, config.storage.path, path.dirname(config.database.path)],
  };
}

/** Starts a program as it will be started for uploads. @throws OperatorError when it does not run like that */
async function tryConfined({ name, tool }: { readonly name: ToolName; readonly tool: Tool }, confinement: Confinement) {
  const { exitCode, exitSignal, stderr } = await runLimited({
    command: tool.path,
    args: [name === 'packager' ? '--version' : '-version'],
    reads: [],
    writes: [],
    confinement,
    wallMs: 20_000,
    outputBytes: 1024 * 1024,
    niceness: 0,
  });
  if (exitCode === 0) return;
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 300) || `it ended with ${exitSignal ?? exitCode}`;
  throw new OperatorError(
    `${tool.path} does not run where it sees only itself and the folders of the system (${said}): name the folders that it needs, for instance with its libraries, in tools.folders.`,
  );
}

/**
 * Locates ffmpeg (config, then ffmpeg-static, then PATH), ffprobe and Shaka Packager, and learns what they can do and
 * how they can be confined.
 * @param options.inspected what `inspectTools` found, when that is known
 * @param options.confinement as `confinementOptions` has it; default: that of a server without data
 * @throws OperatorError naming everything that has to be installed
 */
export async function findTools(
  config: Config['tools'],
  options: { readonly inspected?: readonly ToolReport[]; readonly confinement?: ConfinementOptions } = {},
): Promise<Tools> {
  const reports = options.inspected ?? (await inspectTools(config));
  const problems = reports.filter((report) => 'problem' in report);
  if (problems.length > 0) throw new OperatorError(problems.map(({ problem }) => problem).join('\n'));
  const [ffmpeg, ffprobe, packager] = reports.map((report) => ('tool' in report ? report.tool : undefined)) as [
    Tool,
    Tool,
    Tool,
  ];
  const [confinement, encoders, filters] = await Promise.all([
    findConfinement(options.confinement ?? { folders: config.folders }),
    listed(ffmpeg.path, '-encoders', ['libx264', 'aac']),
    listed(ffmpeg.path, '-filters', ['zscale', 'tonemap', 'bwdif', 'fps', 'tpad']),
  ]);
  const lacking = [
    ...['libx264', 'aac'].filter((name) => !encoders.includes(name)),
    ...['bwdif', 'fps', 'tpad'].filter((name) => !filters.includes(name)),
  ];
  if (lacking.length > 0) {
    throw new OperatorError(`${ffmpeg.path} was built without ${lacking.join(', ')}: ${hints.ffmpeg}.`);
  }
  for (const report of reports) if ('tool' in report) await tryConfined(report, confinement);
  const numbers = releaseNumbers(ffmpeg.version);
  const old = numbers !== undefined && (numbers.major < 5 || (numbers.major === 5 && numbers.minor < 1));
  return {
    ffmpeg,
    ffprobe,
    packager,
    confinement,
    passFrames: old ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough'],
    canToneMap: filters.includes('zscale') && filters.includes('tonemap'),
  };
}

/** The programs by name and version, to be shown to operators. */
export function toolVersions(tools: Tools): { readonly name: ToolName; readonly version: string }[] {
  return (['ffmpeg', 'ffprobe', 'packager'] as const).map((name) => ({ name, version: tools[name].version }));
}
