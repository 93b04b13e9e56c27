import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** What a page asks a device, as far as one looks at it. */
interface Question {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id?: string };
}

/** How a device may do what it should not. */
export interface Misbehaviour {
  /** Another page than the one that asked. */
  readonly origin?: string;
  /** Nobody showed a finger or a PIN. */
  readonly isUnverified?: true;
  /** Counts on from here. */
  readonly counter?: number;
  /** Answers with another passkey's id. */
  readonly id?: string;
}

const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value]);
const integer = (value: number) => (value >= 0 ? head(0, value) : head(1, -1 - value));
const map = (...pairs: readonly (readonly [Buffer, Buffer])[]) =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

/** The beginning of a CBOR item (RFC 8949 §3): its major type and its argument, below 65536. */
function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 255]);
}

const sha256 = (value: Buffer | string) => createHash('sha256').update(value).digest();

/** A device that keeps passkeys (WebAuthn Level 3 §6), with one ES256 key each and no attestation. */
export class Authenticator {
  readonly #keys = new Map<string, { readonly key: KeyObject; counter: number }>();
  readonly #origin: string;

  /** @param origin of the page that uses it */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Makes a passkey: a `RegistrationResponseJSON`. */
  make(question: Question, wrong: Misbehaviour = {}) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    this.#keys.set(id.toString('base64url'), { key: privateKey, counter: 0 });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = map(
      [integer(1), integer(2)],
      [integer(3), integer(-7)],
      [integer(-1), integer(1)],
      [integer(-2), bytes(Buffer.from(x, 'base64url'))],
      [integer(-3), bytes(Buffer.from(y, 'base64url'))],
    );
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
    const data = Buffer.concat([this.#data(question, 0x40, 0, wrong), credential]);
    const attestation = map([text('fmt'), text('none')], [text('attStmt'), map()], [text('authData'), bytes(data)]);
    return {
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key' as const,
      response: {
        clientDataJSON: this.#clientData('webauthn.create', question, wrong).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
      clientExtensionResults: {},
    };
  }

  /** Answers with the passkey of this id, or the first one: an `AuthenticationResponseJSON`. */
  answer(question: Question, wrong: Misbehaviour = {}, id = [...this.#keys.keys()][0] ?? '') {
    const own = this.#keys.get(id);
    if (!own) throw new Error('The device has no such passkey');
    own.counter = wrong.counter ?? own.counter + 1;
    const data = this.#data(question, 0, own.counter, wrong);
    const clientData = this.#clientData('webauthn.get', question, wrong);
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), own.key);
    return {
      id: wrong.id ?? id,
      rawId: wrong.id ?? id,
      type: 'public-key' as const,
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      },
      clientExtensionResults: {},
    };
  }

  #data({ rpId, rp }: Question, flags: number, counter: number, { isUnverified }: Misbehaviour): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const present = isUnverified ? 0x01 : 0x05;
    return Buffer.concat([sha256(rpId ?? rp?.id ?? ''), Buffer.from([present | flags]), count]);
  }

  #clientData(type: string, { challenge }: Question, { origin }: Misbehaviour): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: origin ?? this.#origin, crossOrigin: false }));
  }
}
