export interface Orientation {
  /** Mirrored left to right, before turning. */
  readonly mirrored: boolean;
  /** Clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
}

const upright: Orientation = { mirrored: false, rotation: 0 };

/**
 * The orientation that a display matrix of ISO/IEC 14496-12 (§8.2.2, as ffprobe prints it: three lines of three
 * numbers in 16.16 fixed point) asks for. Angles between are taken to the nearest quarter turn.
 */
export function orientationOf(displayMatrix: string | undefined): Orientation {
  const rows = (displayMatrix ?? '')
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*[0-9a-f]+:/i, '')
        .trim()
        .split(/\s+/)
        .map(Number),
    );
  let [a = 1, b = 0] = rows[0] ?? [];
  const [c = 0, d = 1] = rows[1] ?? [];
  if (rows.length < 2 || ![a, b, c, d].every(Number.isFinite)) return upright;
  // A point (x, y) goes to (ax + cy, bx + dy), y pointing down. A negative determinant means a reflection: take a
  // left-to-right mirroring out of it and a pure rotation is left.
  const mirrored = a * d - b * c < 0;
  if (mirrored) [a, b] = [-a, -b];
  const quarterTurns = Math.round(Math.atan2(b, a) / (Math.PI / 2));
  return { mirrored, rotation: (((quarterTurns + 4) % 4) * 90) as Orientation['rotation'] };
}
