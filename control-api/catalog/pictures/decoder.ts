import { ProblemError } from '../../../server/kit/errors.ts';
import { decodePicture, useFewDecoders } from './decode.ts';
import type { Decoded, DecoderOrder } from './decoding.ts';

// The process that reads one picture: the order is its argument, the file comes in, and one line of JSON goes out, with
// the pixels behind it. `decoding.ts` starts and ends it.

const { kind, cut, endAfterMs } = JSON.parse(process.argv[2] ?? '') as DecoderOrder;
// For the one whose parent was killed; a parent that is there is quicker.
setTimeout(() => process.exit(1), endAfterMs).unref();
useFewDecoders();

async function decoded(): Promise<{ readonly head: Decoded; readonly pixels?: Buffer }> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  try {
    const { pixels, ...picture } = await decodePicture(Buffer.concat(pieces), kind, cut ?? undefined);
    return { head: { picture }, pixels };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message, extras = {}, cause } = error;
    return { head: { problem: { code, message, extras, ...(cause instanceof Error && { because: cause.message }) } } };
  }
}

const { head, pixels } = await decoded();
process.stdout.write(`${JSON.stringify(head)}\n`);
if (pixels) process.stdout.write(pixels);
