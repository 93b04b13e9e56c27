/** Numbers in words. All of them are English with a point as the decimal mark, as the dashboard's texts are. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 1234567 -> "1.2 MB" (SI units, as operating systems and disk makers count). */
export function bytesInWords(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Bits per second -> "145 kb/s", "4.5 Mb/s". */
export function bitRateInWords(bitsPerSecond: number): string {
  if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1000)} kb/s`;
  const mega = bitsPerSecond / 1_000_000;
  return `${mega >= 99.5 ? Math.round(mega) : mega.toFixed(1)} Mb/s`;
}

/** Milliseconds -> "0:52", "1:02:03": the length of a video. */
export function clockTime(milliseconds: number): string {
  const total = Math.round(Math.max(0, milliseconds) / 1000);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Seconds to go -> "8 s left", "3 min left", "1 h 20 min left". */
export function leftInWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s left`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min left`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`} left`;
}

/** 0.456 -> 45: never 100 before it is whole. */
export function percent(fraction: number): number {
  return Math.max(0, Math.min(100, Math.floor(fraction * 100)));
}

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function dateInWords(iso: string): string {
  return dateFormat.format(new Date(iso));
}

/** "5 minutes ago" up to a week, then the date. */
export function agoInWords(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  if (Math.abs(seconds) < 45) return 'just now';
  if (Math.abs(seconds) < 45 * 60) return relativeFormat.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 22 * 3600) return relativeFormat.format(Math.round(seconds / 3600), 'hour');
  if (Math.abs(seconds) < 7 * 86_400) return relativeFormat.format(Math.round(seconds / 86_400), 'day');
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(new Date(iso));
}
