/** Rec. ITU-T H.264 table A-1: limits in macroblocks, macroblocks per second and kb/s (High: 1.25 times). */
const levels = [
  { level: '1.0', frame: 99, rate: 1485, bitrate: 64 },
  { level: '1.1', frame: 396, rate: 3000, bitrate: 192 },
  { level: '1.2', frame: 396, rate: 6000, bitrate: 384 },
  { level: '1.3', frame: 396, rate: 11_880, bitrate: 768 },
  { level: '2.0', frame: 396, rate: 11_880, bitrate: 2000 },
  { level: '2.1', frame: 792, rate: 19_800, bitrate: 4000 },
  { level: '2.2', frame: 1620, rate: 20_250, bitrate: 4000 },
  { level: '3.0', frame: 1620, rate: 40_500, bitrate: 10_000 },
  { level: '3.1', frame: 3600, rate: 108_000, bitrate: 14_000 },
  { level: '3.2', frame: 5120, rate: 216_000, bitrate: 20_000 },
  { level: '4.0', frame: 8192, rate: 245_760, bitrate: 20_000 },
  { level: '4.1', frame: 8192, rate: 245_760, bitrate: 50_000 },
  { level: '4.2', frame: 8704, rate: 522_240, bitrate: 50_000 },
  { level: '5.0', frame: 22_080, rate: 589_824, bitrate: 135_000 },
  { level: '5.1', frame: 36_864, rate: 983_040, bitrate: 240_000 },
  { level: '5.2', frame: 36_864, rate: 2_073_600, bitrate: 240_000 },
] as const;

/**
 * The lowest H.264 level for High profile that allows this picture, rate and cap. Levels below 1.3 are not used:
 * their small decoded picture buffers save nothing.
 * @param framesPerSecond frames per second
 * @param maxBitrate bits per second
 */
export function h264Level(width: number, height: number, framesPerSecond: number, maxBitrate: number): string {
  const [across, down] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const blocks = across * down;
  const fitting = levels.find(
    (one) =>
      Number(one.level) >= 1.3 &&
      blocks <= one.frame &&
      blocks * framesPerSecond <= one.rate &&
      Math.max(across, down) <= Math.sqrt(one.frame * 8) &&
      maxBitrate <= one.bitrate * 1250,
  );
  return fitting?.level ?? '5.2';
}
