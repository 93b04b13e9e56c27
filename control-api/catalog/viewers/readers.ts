import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../../config/schema.ts';
import { optionalIdentityOf, type Identity } from '../../../server/http/access.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { preferredLanguages } from '../../language.ts';
import { readRegion } from '../../region.ts';
import type { Reader } from './reading.ts';

/** Whom the catalogue asks who watches; `app.ts` fills it. */
export interface Watchers {
  /** The profile that requests of a sign-in are for; undefined when somebody has to choose first. */
  current(
    signIn: Pick<Identity, 'accountId' | 'familyId'>,
  ): Promise<{ readonly maturityLimit: number | null } | undefined>;
}

export interface ReadersOptions {
  readonly config: Pick<Config, 'playback' | 'server'>;
  readonly profiles: Watchers;
  readonly clock: Clock;
}

/** Finds out for whom an answer about the catalogue is. */
export class Readers {
  readonly #options: ReadersOptions;
  /** To read a header takes as long as much of the rest of an answer, and few are different. */
  readonly #languages = new LRUCache<string, readonly string[]>({ max: 1000 });

  constructor(options: ReadersOptions) {
    this.#options = options;
  }

  /** @throws ProblemError profile_not_chosen */
  async of(request: FastifyRequest): Promise<Reader> {
    const { config, profiles, clock } = this.#options;
    const identity = optionalIdentityOf(request);
    const profile = identity && (await profiles.current(identity));
    if (identity && !profile) throw new ProblemError('profile_not_chosen', 'Choose a profile first.');
    return {
      region: readRegion(request.headers, config),
      maturityLimit: profile?.maturityLimit ?? null,
      languages: this.#languagesIn(request.headers['accept-language'] ?? ''),
      now: clock.now(),
    };
  }

  #languagesIn(header: string): readonly string[] {
    const known = this.#languages.get(header) ?? preferredLanguages(header);
    // What is longer than any that a browser sends is read again each time.
    if (header.length <= 200) this.#languages.set(header, known);
    return known;
  }
}
