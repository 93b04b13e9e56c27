import { randomBytes } from 'node:crypto';
import type { SigningKey } from './port.ts';

/** A new key of 256 random bits. */
export function makeKey(): SigningKey {
  return { kid: randomBytes(9).toString('base64url'), secret: randomBytes(32) };
}
