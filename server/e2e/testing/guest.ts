import sharp from 'sharp';
import type { paths } from '../../../control-api/openapi.d.ts';
import { fetchBytes } from './media.ts';

type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
type Picture = NonNullable<Answer<'/api/v1/home'>['featured'][number]['pictures']['poster']>;

/** Somebody who has no account, and reads one language. */
export class Guest {
  readonly #url: string;
  readonly #language: string;
  #authorization: string | undefined;

  constructor(url: string, language: string) {
    this.#url = url;
    this.#language = language;
  }

  async #read<Body>(target: string): Promise<Body> {
    const { status, body } = await this.ask<Body>(target);
    if (status !== 200) throw new Error(`${target}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Asks the API; with a body it is a POST. */
  async ask<Body>(target: string, body?: object): Promise<{ readonly status: number; readonly body: Body }> {
    const response = await fetch(new URL(`/api/v1${target}`, this.#url), {
      method: body ? 'POST' : 'GET',
      headers: {
        'accept-language': this.#language,
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  async home(): Promise<Answer<'/api/v1/home'>> {
    return await this.#read<Answer<'/api/v1/home'>>('/home');
  }

  /** Series and movies, those that were released last first. */
  async titles(): Promise<Answer<'/api/v1/titles'>['items']> {
    return (await this.#read<Answer<'/api/v1/titles'>>('/titles')).items;
  }

  /** The episodes of the first season of a series. */
  async episodes(slug: string): Promise<Answer<'/api/v1/titles/{id}/episodes'>['items']> {
    const series = await this.#read<Answer<'/api/v1/titles-by-slug/{slug}'>>(`/titles-by-slug/${slug}`);
    const season = series.seasons[0]?.id ?? '';
    return (await this.#read<Answer<'/api/v1/titles/{id}/episodes'>>(`/titles/${season}/episodes`)).items;
  }

  /** Becomes a guest with an account, as apps do before something is watched. */
  async enter(): Promise<void> {
    const { body } = await this.ask<{ accessToken: string }>('/accounts/guest', { delivery: 'body' });
    this.#authorization = `Bearer ${body.accessToken}`;
  }

  /** Starts to watch a title, and returns the address of its HLS. */
  async play(titleId: string): Promise<string> {
    const { status, body } = await this.ask<{ hls: string }>('/playback/sessions', { titleId });
    if (status !== 201) throw new Error(`Playback: ${status} ${JSON.stringify(body)}`);
    return body.hls;
  }

  /** Loads the smallest file of a picture and looks at it. */
  async loadPicture(picture: Picture | undefined) {
    if (!picture) throw new Error('There is no picture');
    const address = picture.url.replace('{width}', String(picture.widths[0])).replace('{format}', 'avif');
    const { format, width, height } = await sharp(await fetchBytes(new URL(address, this.#url).href)).metadata();
    return { format, width, height };
  }
}
