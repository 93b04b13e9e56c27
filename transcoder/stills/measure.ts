/** Pictures are measured in this size, whatever their own is: pixels of luma, 8 bits each, row by row. */
export const measuredSide = 96;
export const measuredBytes = measuredSide * measuredSide;

/** What is seen on a picture, from its luma. */
export interface PictureMeasure {
  /** Mean luma, 0 to 255. */
  readonly brightness: number;
  /** Standard deviation of the luma: 0 where the picture is one colour. */
  readonly contrast: number;
  /** Variance of the Laplacian: low where nothing has an edge, which is what blur does. */
  readonly sharpness: number;
  /** 64 bits as 16 hex digits: whether it gets brighter to the right, in an 8 x 8 grid. */
  readonly fingerprint: string;
}

function variance(values: Float64Array): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: Math.max(0, squares / values.length - mean * mean) };
}

/** How much each pixel differs from its four neighbours. */
function laplacian(luma: Uint8Array): Float64Array {
  const inner = measuredSide - 2;
  const edges = new Float64Array(inner * inner);
  const at = (x: number, y: number) => luma[y * measuredSide + x] as number;
  for (let y = 1; y <= inner; y += 1)
    for (let x = 1; x <= inner; x += 1)
      edges[(y - 1) * inner + x - 1] = 4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1);
  return edges;
}

/** Sum of the luma of one cell, where the picture is cut into `columns` x 8. */
function cell(luma: Uint8Array, columns: number, column: number, row: number): number {
  const [left, right] = [column, column + 1].map((edge) => Math.round((edge * measuredSide) / columns)) as [
    number,
    number,
  ];
  const [top, bottom] = [row, row + 1].map((edge) => (edge * measuredSide) / 8) as [number, number];
  let sum = 0;
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) sum += luma[y * measuredSide + x] as number;
  return sum / (right - left);
}

/** The difference hash: each of 9 cells in each of 8 rows against its right neighbour. */
function fingerprint(luma: Uint8Array): string {
  let bits = 0n;
  for (let row = 0; row < 8; row += 1)
    for (let column = 0; column < 8; column += 1)
      bits = (bits << 1n) | (cell(luma, 9, column, row) < cell(luma, 9, column + 1, row) ? 1n : 0n);
  return bits.toString(16).padStart(16, '0');
}

/** @param luma `measuredBytes` bytes */
export function measurePicture(luma: Uint8Array): PictureMeasure {
  if (luma.length !== measuredBytes) throw new RangeError(`A picture to be measured has ${measuredBytes} bytes`);
  const { mean, variance: spread } = variance(Float64Array.from(luma));
  return {
    brightness: mean,
    contrast: Math.sqrt(spread),
    sharpness: variance(laplacian(luma)).variance,
    fingerprint: fingerprint(luma),
  };
}

/** Flatter or softer than this, a picture shows nothing at all. */
const [blank, blurred] = [3, 2];
/** Darker, brighter or flatter than this there is little to be recognised: names on black, a fade. 16 is black, 235 white. */
const [darkest, brightest, flattest] = [28, 225, 10];
/** More contrast than this makes no better picture. */
const richContrast = 50;

/**
 * How good a picture is; undefined when nothing is seen on it: black, white, one colour, a blur. A title that has
 * nothing but dark pictures gets one of them.
 */
export function scoreOf({ brightness, contrast, sharpness }: PictureMeasure): number | undefined {
  if (contrast < blank || sharpness < blurred) return undefined;
  const isPoor = brightness < darkest || brightness > brightest || contrast < flattest;
  return Math.log2(1 + sharpness) * Math.min(1, contrast / richContrast) * (isPoor ? 0.1 : 1);
}
