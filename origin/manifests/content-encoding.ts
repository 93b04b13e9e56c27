export type ContentEncoding = 'br' | 'gzip' | 'identity';

/** In the order in which they are preferred when a client likes them equally. */
const offered: readonly ContentEncoding[] = ['br', 'gzip', 'identity'];

/**
 * The encoding to send (RFC 9110 §12.5.3): the highest weight wins, then br before gzip before identity. Without the
 * header identity, although anything would do: clients that say nothing tend to decode nothing. Undefined when the
 * client rules out everything there is.
 */
export function chooseEncoding(accept: string | undefined): ContentEncoding | undefined {
  if (accept === undefined) return 'identity';
  const weights = new Map<string, number>();
  for (const item of accept.split(',', 32)) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    if (name === '') continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const value = weight === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0;
    weights.set(name === 'x-gzip' ? 'gzip' : name, value);
  }
  const weightOf = (encoding: ContentEncoding): number => {
    const rest = weights.get('*');
    // Identity is acceptable unless it is ruled out, but only just: whatever was asked for by name comes first.
    return weights.get(encoding) ?? rest ?? (encoding === 'identity' ? 0.0001 : 0);
  };
  let best: ContentEncoding | undefined;
  for (const encoding of offered) {
    const weight = weightOf(encoding);
    if (weight > 0 && (best === undefined || weight > weightOf(best))) best = encoding;
  }
  return best;
}
