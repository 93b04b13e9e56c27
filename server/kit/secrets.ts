import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A keyring (`server/keys/port.ts`), as far as it plays a part here. */
interface Keys {
  readonly current: Key;
  find(kid: string): Key | undefined;
  /** Of a ring that is asked for all of them. */
  readonly kids?: readonly string[];
}

interface Key {
  readonly kid: string;
  readonly secret: Buffer;
}

const version = 's1';
/** NIST SP 800-38D recommends 96 bits. */
const nonceBytes = 12;
const tagBytes = 16;

/** Thrown when something sealed cannot be read: its key is gone, or somebody changed it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * What the server keeps secret in its own database, and secrets that it need not keep at all because it can make them
 * again. The keys are those of a ring that forgets none: what was sealed with an old one stays readable.
 */
export class Secrets {
  readonly #keyring: Keys;

  constructor(keyring: Keys) {
    this.#keyring = keyring;
  }

  /**
   * Encrypts a text (AES-256-GCM).
   * @param about what it belongs to (`totp:account_…`): put in the place of another one it cannot be read
   * @returns `s1.<kid>.<nonce and tag and ciphertext, base64url>`
   */
  seal(text: string, about: string): string {
    const { kid, secret } = this.#keyring.current;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', keyFor(secret, 'seal'), nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(about));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${version}.${kid}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** @throws Unreadable */
  open(sealed: string, about: string): string {
    const [prefix, kid = '', text = '', ...rest] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    const key = this.#keyring.find(kid);
    if (prefix !== version || rest.length > 0 || bytes.length < nonceBytes + tagBytes || !key)
      throw new Unreadable('A secret in the database cannot be read: the key that it was sealed with is gone');
    const decipher = createDecipheriv('aes-256-gcm', keyFor(key.secret, 'seal'), bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new Unreadable('A secret in the database cannot be read: it was changed', { cause });
    }
  }

  /** The key from which secrets are derived now: to be kept with what they are for. */
  get kid(): string {
    return this.#keyring.current.kid;
  }

  /**
   * 32 bytes that only this server can make, the same each time (HMAC-SHA-256).
   * @param label says what they are for, and which thing's: `link challenge_…`
   * @throws Unreadable when there is no such key any more
   */
  derive(kid: string, label: string): Buffer {
    const key = this.#keyring.find(kid);
    if (!key) throw new Unreadable('A secret cannot be made again: its key is gone');
    return createHmac('sha256', keyFor(key.secret, 'derive')).update(label).digest();
  }

  /** What `derive` made of a label, by each key there is: the newest last. */
  deriveAll(label: string): readonly { readonly kid: string; readonly bytes: Buffer }[] {
    const kids = [...(this.#keyring.kids ?? []).filter((kid) => kid !== this.kid), this.kid];
    return kids.map((kid) => ({ kid, bytes: this.derive(kid, label) }));
  }
}

/** One key for each use (RFC 5869), so that none is worth anything to another. */
function keyFor(secret: Buffer, use: 'seal' | 'derive'): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `dramabox ${use}`, 32));
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
