import { createHmac, randomBytes } from 'node:crypto';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A provider's RSA key, and what attackers make of its public half. */
export class SigningKey {
  readonly kid: string;
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
  readonly publicPem: string;
  readonly #privateKey: CryptoKey;

  private constructor(kid: string, privateKey: CryptoKey, privateJwk: JWK, publicJwk: JWK, publicPem: string) {
    this.kid = kid;
    this.#privateKey = privateKey;
    this.privateJwk = privateJwk;
    this.publicJwk = publicJwk;
    this.publicPem = publicPem;
  }

  static async make(): Promise<SigningKey> {
    const kid = randomBytes(8).toString('hex');
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const named = { kid, use: 'sig', alg: 'RS256' };
    return new SigningKey(
      kid,
      privateKey,
      { ...(await exportJWK(privateKey)), ...named },
      { ...(await exportJWK(publicKey)), ...named },
      await exportSPKI(publicKey),
    );
  }

  /** A genuine token, in this key's name unless another one is given. */
  sign(claims: JWTPayload, kid = this.kid): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(this.#privateKey);
  }

  /** The same key, another algorithm of its kind. */
  async signWith(alg: 'RS384', claims: JWTPayload): Promise<string> {
    // A key of the library is bound to one algorithm.
    const { alg: _alg, ...jwk } = this.privateJwk;
    return new SignJWT(claims).setProtectedHeader({ alg, kid: this.kid, typ: 'JWT' }).sign(await importJWK(jwk, alg));
  }

  /** No signature at all. */
  unsigned(claims: JWTPayload): string {
    return `${encode({ alg: 'none', kid: this.kid, typ: 'JWT' })}.${encode(claims)}.`;
  }

  /** The public key, which everybody has, used as the secret of a MAC. */
  signedWithPublicKey(claims: JWTPayload): string {
    const signed = `${encode({ alg: 'HS256', kid: this.kid, typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${createHmac('sha256', this.publicPem).update(signed).digest('base64url')}`;
  }
}
