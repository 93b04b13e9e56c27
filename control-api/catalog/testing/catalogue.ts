import type { LightMyRequestResponse } from 'fastify';
import type { Harness } from '../../testing/harness.ts';
import type { CreateTitle, TitleView } from '../titles/schemas.ts';

type Body = Readonly<Record<string, unknown>>;

/** A content manager at work on the catalogue, by HTTP. */
export class Editor {
  readonly #api: Harness;
  readonly #authorization: string;

  private constructor(api: Harness, authorization: string) {
    this.#api = api;
    this.#authorization = authorization;
  }

  static async start(api: Harness): Promise<Editor> {
    return new Editor(api, (await api.as('content_manager')).authorization);
  }

  async send(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: Body,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LightMyRequestResponse> {
    return this.#api.app.inject({
      method,
      url: `/api/v1/catalogue${path}`,
      headers: { authorization: this.#authorization, ...headers },
      ...(body && { body }),
    });
  }

  /** Makes a title that is called as its kind. @throws Error when it is refused */
  async make(given: Partial<CreateTitle> & Pick<CreateTitle, 'kind'>): Promise<TitleView> {
    const answer = await this.send('POST', '/titles', {
      originalLanguage: 'en',
      text: { name: `Some ${given.kind}` },
      ...given,
    });
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return answer.json<TitleView>();
  }

  /** A series with a season and so many episodes, all drafts. */
  async series(episodes: number): Promise<{ series: TitleView; season: TitleView; episodes: TitleView[] }> {
    const series = await this.make({ kind: 'series' });
    const season = await this.make({ kind: 'season', parentId: series.id });
    const made: TitleView[] = [];
    for (let n = 0; n < episodes; n += 1) made.push(await this.make({ kind: 'episode', parentId: season.id }));
    return { series, season, episodes: made };
  }

  async get(id: string): Promise<TitleView> {
    return (await this.send('GET', `/titles/${id}`)).json<TitleView>();
  }

  async step(step: string, ...titles: readonly string[]): Promise<LightMyRequestResponse> {
    return this.send('POST', '/steps', { step, titles });
  }

  /** Changes it as it is now. */
  async change(id: string, change: Body): Promise<LightMyRequestResponse> {
    return this.send('PATCH', `/titles/${id}`, { revision: (await this.get(id)).revision, ...change });
  }

  /** Times in milliseconds since the epoch, by region. */
  async release(
    id: string,
    ...releases: readonly (readonly [string, number, number?])[]
  ): Promise<LightMyRequestResponse> {
    const iso = (time: number) => new Date(time).toISOString();
    return this.send('PUT', `/titles/${id}/releases`, {
      revision: (await this.get(id)).revision,
      releases: releases.map(([region, opens, closes]) => ({
        region,
        opensAt: iso(opens),
        closesAt: closes === undefined ? null : iso(closes),
        timeZone: 'Asia/Seoul',
      })),
    });
  }
}
