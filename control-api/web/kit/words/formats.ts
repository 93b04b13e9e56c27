/** Quantities in words of one language, all by Intl. Messages use the same functions by name: `{{size, bytes}}`. */
export interface Formats {
  /** 1234.5 -> "1,234.5" */
  number(value: number): string;
  /** 1234567 -> "1.2 MB" (SI units, as operating systems and disk makers count). */
  bytes(bytes: number): string;
  /** Bytes per second -> "1.2 MB/s". */
  speed(bytesPerSecond: number): string;
  /** Bits per second -> "145 kb/s", "4.5 Mb/s". */
  bitRate(bitsPerSecond: number): string;
  /** 0.456 -> "45%": never 100 % before it is whole. */
  share(fraction: number): string;
  /** Milliseconds -> "0:52", "1:02:03": the length of a video. */
  clock(milliseconds: number): string;
  /** Seconds to go, rounded up -> "8 sec", "3 min", "1 hr, 20 min". */
  remaining(seconds: number): string;
  /** Seconds to wait in a sentence, rounded up -> "40 seconds", "12 minutes". */
  wait(seconds: number): string;
  /** Seconds that something took -> "2 min, 5 sec", "3 days, 4 hr". */
  span(seconds: number): string;
  /** ISO 8601 -> "25 Nov 2026". */
  day(iso: string): string;
  /** ISO 8601 -> "25 Nov 2026, 13:03". */
  date(iso: string): string;
  /** ISO 8601 -> "25 Nov 2026, 13:03:07 UTC": to the second, in the reader's time zone. */
  exactly(iso: string): string;
  /** ISO 8601 -> "5 minutes ago" up to a week, then the date. */
  ago(iso: string, now?: number): string;
  /** ISO 8601 -> "25 Nov 2026, 13:03 GMT+9": in a time zone (IANA), which is named. */
  dateIn(iso: string, timeZone: string): string;
  /** ISO 8601 -> "13:03", in a time zone (IANA). */
  timeIn(iso: string, timeZone: string): string;
  /** A day as `2026-11-25` -> "Wednesday, 25 November 2026". */
  wholeDay(date: string): string;
  /** A day as `2026-11-25` -> "November 2026". */
  month(date: string): string;
  /** A day as `2026-11-25` -> "Wed". */
  weekday(date: string): string;
  /** "A, B": parts of one description. */
  list(parts: readonly string[]): string;
  /** `en` -> "English"; undefined for an unknown language. */
  languageName(tag: string): string | undefined;
  /** `KR` (ISO 3166-1 alpha-2) -> "South Korea". */
  regionName(code: string): string;
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** A value between 0 and 999 and the index of its unit, each unit a thousand of the one before. */
function scale(value: number, units: number): readonly [number, number] {
  let scaled = Math.max(0, value);
  let unit = 0;
  while (scaled >= 999.5 && unit < units - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return [scaled, unit];
}

/** 0.456 -> 45: whole per cent for ARIA, never 100 before it is whole. */
export function percent(fraction: number): number {
  return Math.max(0, Math.min(100, Math.floor(fraction * 100)));
}

function makeFormats(locale: string): Formats {
  const whole = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const plain = new Intl.NumberFormat(locale);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const second = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
  const wholeDay = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const short = new Intl.DurationFormat(locale, { style: 'short' });
  // Otherwise nothing at all is said of 0 seconds.
  const shortSeconds = new Intl.DurationFormat(locale, { style: 'short', secondsDisplay: 'always' });
  const long = new Intl.DurationFormat(locale, { style: 'long' });
  const minutesOnly = new Intl.DurationFormat(locale, { minutes: 'numeric', seconds: '2-digit' });
  const withHours = new Intl.DurationFormat(locale, { style: 'digital' });
  const parts = new Intl.ListFormat(locale, { type: 'unit', style: 'short' });
  const names = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const regions = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' });

  const unit = (value: number, name: string, digits: number): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  const amount = (bytes: number, suffix: '' | '-per-second'): string => {
    const [value, index] = scale(bytes, byteUnits.length);
    return unit(value, `${byteUnits[index]}${suffix}`, index === 0 || value >= 99.5 ? 0 : 1);
  };
  const hoursAndMinutes = (seconds: number): Partial<Record<'seconds' | 'minutes' | 'hours', number>> => {
    if (seconds <= 59) return { seconds: Math.max(1, Math.ceil(seconds)) };
    const minutes = Math.ceil(seconds / 60);
    if (minutes < 60) return { minutes };
    return minutes % 60 === 0
      ? { hours: Math.floor(minutes / 60) }
      : { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
  };

  return {
    number: (value) => plain.format(value),
    bytes: (bytes) => amount(bytes, ''),
    speed: (bytesPerSecond) => amount(bytesPerSecond, '-per-second'),
    bitRate(bitsPerSecond) {
      if (bitsPerSecond < 999_500) return unit(bitsPerSecond / 1000, 'kilobit-per-second', 0);
      const mega = bitsPerSecond / 1_000_000;
      return unit(mega, 'megabit-per-second', mega >= 99.5 ? 0 : 1);
    },
    share: (fraction) => whole.format(percent(fraction) / 100),
    clock(milliseconds) {
      const total = Math.round(Math.max(0, milliseconds) / 1000);
      const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
      return hours > 0 ? withHours.format({ hours, minutes, seconds }) : minutesOnly.format({ minutes, seconds });
    },
    remaining: (seconds) => short.format(hoursAndMinutes(seconds)),
    wait: (seconds) => long.format(hoursAndMinutes(seconds)),
    span(seconds) {
      const total = Math.max(0, Math.round(seconds));
      const minutes = Math.floor(total / 60);
      const hours = Math.floor(minutes / 60);
      if (total < 60) return shortSeconds.format({ seconds: total });
      if (minutes < 60) return short.format({ minutes, seconds: total % 60 });
      if (hours < 48) return short.format({ hours, minutes: minutes % 60 });
      return short.format({ days: Math.floor(hours / 24), hours: hours % 24 });
    },
    day: (iso) => day.format(new Date(iso)),
    date: (iso) => moment.format(new Date(iso)),
    exactly: (iso) => second.format(new Date(iso)),
    ago(iso, now = Date.now()) {
      const seconds = (new Date(iso).getTime() - now) / 1000;
      const distance = Math.abs(seconds);
      if (distance < 45) return relative.format(0, 'second');
      if (distance < 45 * 60) return relative.format(Math.round(seconds / 60), 'minute');
      if (distance < 22 * 3600) return relative.format(Math.round(seconds / 3600), 'hour');
      if (distance < 7 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
      return day.format(new Date(iso));
    },
    dateIn: (iso, timeZone) =>
      new Intl.DateTimeFormat(locale, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone,
        timeZoneName: 'short',
      }).format(new Date(iso)),
    timeIn: (iso, timeZone) =>
      new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(iso)),
    wholeDay: (date) => wholeDay.format(new Date(date)),
    month: (date) => month.format(new Date(date)),
    weekday: (date) => weekday.format(new Date(date)),
    list: (items) => parts.format(items),
    languageName(tag) {
      if (tag === 'und' || tag === '') return undefined;
      try {
        return names.of(tag) ?? tag;
      } catch {
        // Not a language tag at all: what the file says is better than nothing.
        return tag;
      }
    },
    regionName(code) {
      try {
        return regions.of(code) ?? code;
      } catch {
        return code;
      }
    },
  };
}

const made = new Map<string, Formats>();

/** The formats of a locale (BCP 47 tag); made once each. */
export function formatsOf(locale: string): Formats {
  let formats = made.get(locale);
  if (!formats) made.set(locale, (formats = makeFormats(locale)));
  return formats;
}
