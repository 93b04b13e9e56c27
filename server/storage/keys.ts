import { InvalidKey, type ByteRange } from './port.ts';

/**
 * What a part of a key may look like. An allow-list, so that nothing has to be thought of (`..`, NUL, `\`, line
 * breaks, look-alikes) and the same key works on every backend. A leading dot is the adapters' own.
 */
const part = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** S3's limit for a key and Linux's for a file name, in bytes. */
const maxKeyBytes = 1024;
const maxPartBytes = 255;

/** Whether `name` can be one `/`-separated part of a key. */
export function isKeyPart(name: string): boolean {
  return name.length <= maxPartBytes && part.test(name);
}

/** Whether `key` is one that `assertKey` lets pass. */
export function isKey(key: string): boolean {
  return key !== '' && key.length <= maxKeyBytes && key.split('/').every(isKeyPart);
}

function refuse(key: string, reason: string): never {
  // Quoted and cut: what is refused may hold anything.
  throw new InvalidKey(`${JSON.stringify(key.slice(0, 100))} is not a storage key: ${reason}`);
}

/** @throws InvalidKey unless `key` is `/`-separated parts of ASCII letters, digits, `.`, `_` and `-` */
export function assertKey(key: string): void {
  if (key === '') refuse(key, 'it is empty');
  if (key.length > maxKeyBytes) refuse(key, `it is longer than ${maxKeyBytes} bytes`);
  for (const name of key.split('/')) {
    if (!isKeyPart(name))
      refuse(
        key,
        `the part ${JSON.stringify(name.slice(0, 100))} is empty, too long or has characters that are not allowed`,
      );
  }
}

/** @throws InvalidKey unless `prefix` is a key followed by `/`; an empty one only where `allowEmpty` says so */
export function assertPrefix(prefix: string, options: { readonly allowEmpty: boolean }): void {
  if (prefix === '' && options.allowEmpty) return;
  if (!prefix.endsWith('/')) refuse(prefix, 'a prefix ends in "/"');
  assertKey(prefix.slice(0, -1));
}

/** @throws RangeError unless there can be such a part of an object */
export function assertRange({ start, end }: ByteRange): void {
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end))
    throw new RangeError(`${start}-${end} is not a range of bytes`);
}
