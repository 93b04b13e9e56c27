import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PictureKind } from '../../../server/db/tables/pictures.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { catalogProblems } from '../problems.ts';
import type { CutPicture } from './decode.ts';
import type { Cut } from './shapes.ts';

/** What the process is told that reads a picture. */
export interface DecoderOrder {
  readonly kind: PictureKind;
  readonly cut: Cut | null;
  /** When it ends by itself, in milliseconds after its start. */
  readonly endAfterMs: number;
}

/** What it says before the pixels. */
export type Decoded =
  | { readonly picture: Omit<CutPicture, 'pixels'> }
  | {
      readonly problem: {
        readonly code: string;
        readonly message: string;
        readonly extras: Readonly<Record<string, unknown>>;
        readonly because?: string;
      };
    };

/** What reading one picture may take. */
export interface DecodingLimits {
  /** Milliseconds from its start to its end. */
  readonly ms: number;
  /** Memory that is in use, in bytes; where the system does not tell, it is not limited. */
  readonly bytes: number;
}

/** The largest picture that is taken, in its dearest form, needs about half of each. */
const usual: DecodingLimits = { ms: 30_000, bytes: 1.5 * 1024 ** 3 };
/** How often its memory is looked at, in milliseconds. */
const lookEveryMs = 50;
/** Pages of memory are as large everywhere that we run. */
const pageBytes = 4096;
/** The largest picture that comes back: 1920 x 1080, and its head. */
const mostAnswerBytes = 1920 * 1080 * 3 + 64 * 1024;
const program = path.join(import.meta.dirname, 'decoder.ts');

/** Memory that a process uses, in bytes (proc(5), `statm`); 0 where the system does not tell. */
async function memoryOf(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'latin1').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * pageBytes;
}

/** The little that the process needs to know of its surroundings: none of the secrets in them. */
const surroundings = () =>
  Object.fromEntries(
    ['NODE_COMPILE_CACHE', 'TMPDIR', 'SystemRoot'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/**
 * Reads a picture in a process of its own, which is killed when it takes more than it may: a decoder that is led astray
 * or breaks takes neither time, nor memory, nor the server with it.
 * @throws ProblemError as `cutPicture`; picture_damaged as well when it took too much or broke
 */
export async function decodeApart(
  file: Buffer,
  kind: PictureKind,
  cut: Cut | undefined,
  limits: DecodingLimits = usual,
): Promise<CutPicture> {
  const order: DecoderOrder = { kind, cut: cut ?? null, endAfterMs: limits.ms + 5000 };
  const child = spawn(process.execPath, ['--max-old-space-size=128', program, JSON.stringify(order)], {
    env: surroundings(),
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  let why = 'It cannot be read.';
  const end = (because: string): void => {
    why = because;
    child.kill('SIGKILL');
  };
  const clock = setTimeout(() => end('Reading it takes too long.'), limits.ms);
  const watch = setInterval(() => {
    if (child.pid !== undefined)
      void memoryOf(child.pid).then((bytes) => bytes > limits.bytes && end('Reading it takes too much memory.'));
  }, lookEveryMs);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      // `close`: all that it wrote has come.
      child.once('close', resolve);
    });
    child.stdout.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > mostAnswerBytes) end('It answers more than there is.');
      else pieces.push(piece);
    });
    // It may have ended before it read everything; why, its end says.
    child.stdin.on('error', () => {});
    child.stdin.end(file);
    if ((await ended) !== 0) throw new ProblemError(catalogProblems.picture_damaged, why);
    return readAnswer(Buffer.concat(pieces));
  } finally {
    clearTimeout(clock);
    clearInterval(watch);
    child.kill('SIGKILL');
  }
}

function readAnswer(answer: Buffer): CutPicture {
  const line = answer.indexOf('\n');
  const head = JSON.parse(answer.subarray(0, line).toString()) as Decoded;
  if ('problem' in head) {
    const { code, message, extras, because } = head.problem;
    const problem = catalogProblems[code as keyof typeof catalogProblems];
    throw new ProblemError(problem, message, { extras, ...(because !== undefined && { cause: new Error(because) }) });
  }
  const pixels = answer.subarray(line + 1);
  const { width, height } = head.picture;
  if (pixels.length !== width * height * 3) throw new ProblemError(catalogProblems.picture_damaged);
  return { ...head.picture, pixels };
}
