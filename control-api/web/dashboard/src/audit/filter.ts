/** What the log is narrowed down to; an empty text narrows nothing down. Kept in the address of the page. */
export interface AuditFilter {
  /** Names of events, or of groups of them, separated by commas. */
  readonly event: string;
  readonly actor: string;
  readonly subject: string;
  readonly address: string;
  /** ISO 8601, in UTC. */
  readonly from: string;
  readonly to: string;
}

export type AuditField = keyof AuditFilter;

export const noFilter: AuditFilter = { event: '', actor: '', subject: '', address: '', from: '', to: '' };
const fields = Object.keys(noFilter) as readonly AuditField[];

/** A field that has the form of something. */
export type PatternField = Exclude<AuditField, 'from' | 'to'>;

const word = '[^\\s\\p{C}@<>()[\\]\\\\,;:"]+';
const email = `${word}@${word}`;
const event = '[a-z]{2,16}(-[a-z]{2,16}){0,3}(\\.[a-z]{2,16}(-[a-z]{2,16}){0,3})?';

/** What the API takes in each field. */
export const filterBounds: Readonly<Record<PatternField, { readonly pattern: string; readonly maxLength: number }>> = {
  event: { pattern: `^${event}(,${event}){0,19}$`, maxLength: 1000 },
  actor: { pattern: `^((account|key)_[0-9A-HJKMNP-TV-Z]{26}|${email})$`, maxLength: 254 },
  subject: {
    pattern: `^([a-z]{2,16}_[0-9A-HJKMNP-TV-Z]{26}|[0-9]{1,16}|[a-z]{2,16}(-[a-z]{2,16}){1,3}|${email})$`,
    maxLength: 254,
  },
  address: { pattern: '^[0-9A-Fa-f.:]{2,45}$', maxLength: 45 },
};

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text));

/** Whether the API takes this text in this field; an empty one is not sent. */
export function isTaken(field: AuditField, text: string): boolean {
  if (text === '') return true;
  if (field === 'from' || field === 'to') return isTime(text);
  const { pattern, maxLength } = filterBounds[field];
  return text.length <= maxLength && new RegExp(pattern, 'u').test(text);
}

/** Whether the API takes all of it. */
export function isFilterTaken(filter: AuditFilter): boolean {
  return fields.every((field) => isTaken(field, filter[field]));
}

/** The filter in an address, as somebody wrote it. */
export function filterIn(search: URLSearchParams): AuditFilter {
  const read = (field: AuditField) => [field, (search.get(field) ?? '').trim()] as const;
  return Object.fromEntries(fields.map(read)) as unknown as AuditFilter;
}

/** What is asked for, without the fields that are empty. */
export function queryOf(filter: Partial<AuditFilter>): Partial<Record<AuditField, string>> {
  return Object.fromEntries(fields.flatMap((field) => (filter[field] ? [[field, filter[field]]] : []))) as Partial<
    Record<AuditField, string>
  >;
}

/** The address of a filter. */
export function addressOf(filter: Partial<AuditFilter>): URLSearchParams {
  return new URLSearchParams(queryOf(filter));
}

/** An ISO 8601 time as a field for times shows it, in the reader's time zone: `2026-11-30T14:05`; '' when it is none. */
export function localTime(iso: string): string {
  if (!isTime(iso)) return '';
  const time = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [String(time.getFullYear()).padStart(4, '0'), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** What somebody chose in such a field as ISO 8601 in UTC; '' when it is none. */
export function isoTime(local: string): string {
  return isTime(local) ? new Date(local).toISOString() : '';
}
