import type { Secrets } from '../server/kit/secrets.ts';
import { normalizeEmail } from './account.ts';

/** So much of an HMAC that nobody meets another one by chance, in hexadecimal digits: 128 bits. */
const digits = 32;

/**
 * Addresses in a text: as people write them, without what stands around them. A word is looked at from its beginning alone,
 * so that a long one takes no longer than it is long.
 */
const addressIn =
  /(?<![^\s\p{C}@<>()[\]\\,;:"'])[^\s\p{C}@<>()[\]\\,;:"']+@[^\s\p{C}@<>()[\]\\,;:"']*[^\s\p{C}@<>()[\]\\,;:"'.!?]/gu;

/** What stands for an address that no key can tag. */
const unnamed = '[address]';

/**
 * What stands in the audit log for e-mail addresses of people: records are never changed, so an address in one could not be
 * taken out when its owner leaves. A tag is an HMAC of the address with a key of the server. The same address has the same
 * tag as long as the key is the same, so who knows the address finds its records; who has the log alone learns nothing.
 */
export class AddressTags {
  readonly #secrets: Pick<Secrets, 'kid' | 'derive' | 'deriveAll'>;

  constructor(secrets: Pick<Secrets, 'kid' | 'derive' | 'deriveAll'>) {
    this.#secrets = secrets;
  }

  /** `address:<key id>:<32 hexadecimal digits>` */
  tagOf(address: string): string {
    const { kid } = this.#secrets;
    return `address:${kid}:${this.#secrets.derive(kid, labelOf(address)).toString('hex').slice(0, digits)}`;
  }

  /** The last parts of all tags that records may have for it, one for each key. */
  endsOf(address: string): readonly string[] {
    return this.#secrets.deriveAll(labelOf(address)).map(({ bytes }) => bytes.toString('hex').slice(0, digits));
  }
}

const labelOf = (address: string) => `audit address ${normalizeEmail(address)}`;

/** A text with tags in the place of addresses; without a key, with a word that names nobody. */
export function withoutAddresses(text: string, tags: Pick<AddressTags, 'tagOf'> | undefined): string {
  if (!text.includes('@')) return text;
  return text.replace(addressIn, (address) => tags?.tagOf(address) ?? unnamed);
}
