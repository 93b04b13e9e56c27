import type { JWTVerifyGetKey } from 'jose';
import * as openid from 'openid-client';
import type { Clock } from '../../../server/kit/clock.ts';
import { explainOpenId } from './openid-errors.ts';
import { fetchFrom, type Fetch } from './outgoing.ts';
import type { ProviderName } from './port.ts';
import { publishedKeys, type TokenIssuer } from './signed-tokens.ts';

/** How long what a provider says of itself is believed, in milliseconds. */
const believedMs = 86_400_000;
/** How long it is believed further when it could not be asked again. */
const believedFurtherMs = 600_000;

interface Found {
  readonly metadata: openid.ServerMetadata;
  readonly keys: JWTVerifyGetKey;
  readonly until: number;
}

/** Where the parts of a provider are, by its discovery document (OpenID Connect Discovery §4), which must name it. */
export class OpenIdServer {
  /** Who signs its tokens. */
  readonly tokens: TokenIssuer;
  readonly #provider: ProviderName;
  readonly #issuer: URL;
  readonly #unsaid: Partial<openid.ServerMetadata>;
  readonly #clock: Clock;
  readonly #fetch: Fetch;
  #found: Found | undefined;
  #finding: Promise<Found> | undefined;

  /**
   * @param options `issuer`: `https://…`, or `http://…` on this machine, for counterparts in tests; `alsoKnownAs`: other
   * names that its tokens may have in `iss`; `unsaid`: what its document leaves out
   */
  constructor(options: {
    readonly provider: ProviderName;
    readonly issuer: string;
    readonly alsoKnownAs?: readonly string[];
    readonly unsaid?: Partial<openid.ServerMetadata>;
    readonly clock: Clock;
  }) {
    const { provider, issuer, alsoKnownAs = [], unsaid = {}, clock } = options;
    this.#provider = provider;
    this.#unsaid = unsaid;
    this.#issuer = new URL(issuer);
    this.#clock = clock;
    this.#fetch = fetchFrom(provider);
    const keys: JWTVerifyGetKey = async (header, token) => (await this.#find()).keys(header, token);
    this.tokens = { provider, issuers: [issuer, ...alsoKnownAs], keys, clock };
  }

  /** Us, as a client of it. @throws ProviderAway */
  async client(clientId: string, secret: string): Promise<openid.Configuration> {
    const { metadata } = await this.#find();
    const client = new openid.Configuration(
      metadata,
      clientId,
      { id_token_signed_response_alg: 'RS256', [openid.clockTolerance]: 60 },
      openid.ClientSecretPost(secret),
    );
    client[openid.customFetch] = this.#fetch;
    if (this.#isPlain) openid.allowInsecureRequests(client);
    return client;
  }

  get #isPlain(): boolean {
    return this.#issuer.protocol === 'http:';
  }

  async #find(): Promise<Found> {
    const known = this.#found;
    const now = this.#clock.now();
    if (known && now < known.until) return known;
    this.#finding ??= this.#discover(known).finally(() => {
      this.#finding = undefined;
    });
    try {
      this.#found = await this.#finding;
    } catch (error) {
      if (!known) throw error;
      this.#found = { ...known, until: now + believedFurtherMs };
    }
    return this.#found;
  }

  async #discover(known: Found | undefined): Promise<Found> {
    try {
      const discovered = await openid.discovery(this.#issuer, 'dramabox', undefined, openid.None(), {
        [openid.customFetch]: this.#fetch,
        ...(this.#isPlain && { execute: [openid.allowInsecureRequests] }),
      });
      const metadata = { ...this.#unsaid, ...discovered.serverMetadata() };
      const at = new URL(metadata.jwks_uri ?? '');
      if (at.protocol !== 'https:' && !this.#isPlain) throw new TypeError('keys over plain HTTP');
      // The same keys are not fetched anew because the document was.
      const keys = known?.metadata.jwks_uri === metadata.jwks_uri ? known?.keys : undefined;
      return { metadata, keys: keys ?? publishedKeys(this.#provider, at), until: this.#clock.now() + believedMs };
    } catch (error) {
      throw explainOpenId(this.#provider, error);
    }
  }
}
