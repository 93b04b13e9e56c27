import { i18n } from '../messages/i18n.ts';

/** A response of the server that is not a success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Stable code of the server's catalogue, e.g. `media_no_video`; undefined when something else answered. */
  readonly code: string | undefined;
  /** Further members of the problem (RFC 9457 §3.2): the values of its text. */
  readonly extras: Readonly<Record<string, unknown>>;
  /** Seconds to wait before trying again, when the server says so. */
  readonly retryAfter: number | undefined;

  /** @param message the server's own sentence, empty when there was none */
  constructor(
    status: number,
    message: string,
    code?: string,
    extras: Readonly<Record<string, unknown>> = {},
    retryAfter?: number,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.extras = extras;
    this.retryAfter = retryAfter;
  }
}

/** The server could not be reached at all. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(cause?: unknown) {
    super('The server cannot be reached', { cause });
  }
}

/** The server's code for what was thrown, when it is a refusal of the server. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof ApiError ? thrown.code : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function membersOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    // Not JSON: a proxy or the tus layer answered in plain text.
    return undefined;
  }
}

/** Makes the error of a failed response from its parts (RFC 9457 problem, plain text or nothing useful). */
export function errorFrom(status: number, body: string, retryAfterHeader: string | null): ApiError {
  const retryAfter = retryAfterHeader && /^\d{1,6}$/.test(retryAfterHeader) ? Number(retryAfterHeader) : undefined;
  const members = membersOf(body);
  const sentence = text(members?.['detail']) ?? text(members?.['title']);
  if (members && sentence) return new ApiError(status, sentence, text(members['code']), members, retryAfter);
  const plain = body.trim();
  // HTML is an error page of something in between, of no use to a reader.
  const isReadable = plain !== '' && plain.length <= 300 && !plain.startsWith('<') && members === undefined;
  return new ApiError(status, isReadable ? plain : '', undefined, {}, retryAfter);
}

/** The values that a message asks for: `{{size, bytes}}` -> `size`. */
function valuesIn(message: string): string[] {
  return [...message.matchAll(/\{\{\s*([\w.]+)/g)].map((match) => match[1]!);
}

/**
 * The text of a code in the language of the page; undefined when the catalogue has none or a value is missing. One with
 * plurals counts its first value.
 */
function translated(
  ns: 'problems' | 'warnings',
  code: string,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const message: unknown = [i18n.language, 'en']
    .flatMap((language) => [code, `${code}_other`].map((key) => i18n.getResource(language, ns, key) as unknown))
    .find((found) => typeof found === 'string');
  if (typeof message !== 'string') return undefined;
  const named = valuesIn(message);
  if (named.some((name) => values[name] === undefined)) return undefined;
  const [count, context] = [values[named[0] ?? ''], values['codec']];
  return (i18n.t as (key: string, options: object) => string)(code, {
    ...values,
    ns,
    ...(typeof count === 'number' && { count }),
    ...(typeof context === 'string' && { context }),
  });
}

/** A warning of a title, in the language of the page. */
export function warningText({ code, detail, ...values }: { readonly code: string; readonly detail: string }): string {
  return translated('warnings', code, values) ?? detail;
}

/** What the server says of something by code and sentence, e.g. why a title failed, in the language of the page. */
export function problemText(problem: { readonly code: string; readonly message: string }): string {
  return translated('problems', problem.code, {}) ?? problem.message;
}

/** What to show for anything that was thrown. */
export function messageOf(thrown: unknown): string {
  const t = i18n.getFixedT(null, 'kit');
  if (thrown instanceof UnreachableError) return t('unreachable.text');
  if (!(thrown instanceof ApiError)) return thrown instanceof TranslatedError ? thrown.inWords() : t('failure.unknown');
  const { status, code, extras, retryAfter } = thrown;
  const values = { ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }), ...extras };
  const known =
    translated('problems', code ?? '', values) ??
    // Something in front of the server may say so without a code.
    (status === 429 ? translated('problems', 'too_many_requests', values) : undefined);
  if (known !== undefined) return known;
  if (status === 429) return t('failure.tooOften');
  if (thrown.message !== '') return thrown.message;
  if (status === 413) return t('failure.tooLarge');
  return status >= 500 ? t('failure.server', { status }) : t('failure.refused', { status });
}

/** An error of the app itself that has a text in its catalogue. */
export class TranslatedError extends Error {
  override readonly name = 'TranslatedError';
  /** The text, in the language that the page has when it is asked. */
  readonly inWords: () => string;
  constructor(name: string, inWords: () => string) {
    super(name);
    this.inWords = inWords;
  }
}
