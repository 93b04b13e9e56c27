/**
 * A **still** is a picture of a title, taken from a key frame of one of its encoded chunks. Workers take one from each of
 * some chunks spread over the title; which of them stands for the title, and which are shown, is decided here.
 */
export interface Still {
  /** The video chunk that it was taken from; unique in the version. */
  readonly chunk: number;
  /** When it is shown, on the title's time line in milliseconds. */
  readonly atMs: number;
  /** Pixels, square. */
  readonly width: number;
  readonly height: number;
  /** How good it is: sharp and rich in contrast. Never negative; only to be compared. */
  readonly score: number;
  /** 64 bits as 16 hex digits: pictures that look alike differ in few of them. */
  readonly fingerprint: string;
}

/** Of 64 bits of a fingerprint, so many must differ for two pictures to be shown side by side. */
const distinctBits = 12;
/** Logos stand at the beginning of a title and names at its end: shares of its length. */
const [opening, closing] = [0.03, 0.9];

function differingBits(a: string, b: string): number {
  let differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let bits = 0;
  for (; differing > 0n; differing >>= 1n) bits += Number(differing & 1n);
  return bits;
}

/** @param titleMs length of the title, in milliseconds */
function worth({ atMs, score }: Still, titleMs: number): number {
  return atMs < titleMs * opening || atMs > titleMs * closing ? score / 2 : score;
}

/** The picture that stands for the title; undefined when there is none. */
export function choosePoster<T extends Still>(stills: readonly T[], titleMs: number): T | undefined {
  return stills.toSorted((a, b) => worth(b, titleMs) - worth(a, titleMs) || a.atMs - b.atMs)[0];
}

/** At most `count` pictures, the best ones of those that do not look alike, in the order of the title. */
export function chooseStills<T extends Still>(stills: readonly T[], titleMs: number, count: number): T[] {
  const chosen: T[] = [];
  for (const still of stills.toSorted((a, b) => worth(b, titleMs) - worth(a, titleMs) || a.atMs - b.atMs)) {
    if (chosen.length === count) break;
    if (chosen.every((other) => differingBits(other.fingerprint, still.fingerprint) >= distinctBits))
      chosen.push(still);
  }
  return chosen.toSorted((a, b) => a.atMs - b.atMs);
}
