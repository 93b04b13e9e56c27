import type { LightMyRequestResponse } from 'fastify';
import type { Harness } from '../../../../testing/harness.ts';
import { Editor } from '../../../testing/catalogue.ts';
import type { ExchangedTitle, ExchangeFormat, ImportedView, ImportPreviewView } from '../schemas.ts';

/** A file in CSV, or the titles of one in JSON. */
export type File = string | readonly ExchangedTitle[];

/** Somebody who moves the catalogue by files. */
export class Mover {
  readonly #api: Harness;
  readonly #authorization: string;
  readonly editor: Editor;

  private constructor(api: Harness, authorization: string, editor: Editor) {
    this.#api = api;
    this.#authorization = authorization;
    this.editor = editor;
  }

  static async start(api: Harness): Promise<Mover> {
    return new Mover(api, (await api.as('content_manager')).authorization, await Editor.start(api));
  }

  async send(path: string, payload: string, type: string): Promise<LightMyRequestResponse> {
    return this.#api.app.inject({
      method: 'POST',
      url: `/api/v1/catalogue/${path}`,
      headers: { authorization: this.#authorization, 'content-type': type },
      payload,
    });
  }

  async #file(path: string, file: File): Promise<LightMyRequestResponse> {
    return typeof file === 'string'
      ? this.send(path, file, 'text/csv; charset=utf-8')
      : this.send(path, JSON.stringify({ version: 1, titles: file }), 'application/json');
  }

  /** @throws Error when it cannot be read at all */
  async preview(file: File): Promise<ImportPreviewView> {
    const answer = await this.#file('import/preview', file);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json<ImportPreviewView>();
  }

  async import(file: File, seen: string): Promise<LightMyRequestResponse> {
    return this.#file(`import?seen=${seen}`, file);
  }

  /** Previews it and does it. @throws Error when it is refused, with what is wrong */
  async take(file: File): Promise<ImportedView> {
    const { problems, seen } = await this.preview(file);
    if (seen === null) throw new Error(JSON.stringify(problems));
    const answer = await this.import(file, seen);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json<ImportedView>();
  }

  /** What is wrong with a file, each as `row column: message`. */
  async wrong(file: File): Promise<readonly string[]> {
    const { problems } = await this.preview(file);
    return problems.map(({ row, column, message }) => `${row} ${column ?? ''}: ${message}`);
  }

  async export(format: ExchangeFormat, rootId?: string): Promise<LightMyRequestResponse> {
    const root = rootId === undefined ? '' : `&rootId=${rootId}`;
    return this.#api.app.inject({
      url: `/api/v1/catalogue/export?format=${format}${root}`,
      headers: { authorization: this.#authorization },
    });
  }

  /** @throws Error when it is refused */
  async file(format: ExchangeFormat, rootId?: string): Promise<string> {
    const answer = await this.export(format, rootId);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.body;
  }
}

/** The titles of a file in JSON. */
export function titlesOf(file: string): readonly ExchangedTitle[] {
  return (JSON.parse(file) as { readonly titles: readonly ExchangedTitle[] }).titles;
}
