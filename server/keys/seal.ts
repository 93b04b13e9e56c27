import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';

const version = 'v1';
/** NIST SP 800-38D recommends 96 bits. */
const nonceBytes = 12;
const tagBytes = 16;

/** What a key belongs to: sealed with it, it cannot be put in the place of another one. */
interface SealedFor {
  readonly ring: string;
  readonly kid: string;
}

/** Locks keys away under a secret, with AES-256-GCM. */
export interface Seal {
  /** `v1.<nonce and tag and ciphertext, base64url>` */
  close(secret: Buffer, belongsTo: SealedFor): string;
  /** Undefined when it was sealed with another secret, for another key, or was changed. */
  open(sealed: string, belongsTo: SealedFor): Buffer | undefined;
}

/**
 * The seal of a secret of the configuration. That is stretched (scrypt, RFC 7914; a tenth of a second, once), in case a
 * person thought it up.
 */
export function createSeal(secret: string): Seal {
  const key = scryptSync(secret, 'dramabox signing keys', 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 ** 2 });
  const about = ({ ring, kid }: SealedFor): Buffer => Buffer.from(`${version}\n${ring}\n${kid}`);
  return {
    close(plain, belongsTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(about(belongsTo));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, belongsTo) {
      const [prefix, text = ''] = sealed.split('.');
      const bytes = Buffer.from(text, 'base64url');
      if (prefix !== version || bytes.length <= nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(about(belongsTo))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
      } catch {
        // The tag does not fit; there is nothing more to know.
        return undefined;
      }
    },
  };
}
