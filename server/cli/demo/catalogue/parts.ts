import type { DemoCatalogue, DemoTitle } from '../../../../fixtures/demo-catalogue/titles/catalogue.ts';
import type { DemoClient, Json } from '../client.ts';

/** What the steps of making the catalogue have in common. */
export interface CatalogueMaking {
  readonly client: DemoClient;
  readonly catalogue: DemoCatalogue;
  /** Where files lie while they are made; the demo's own. */
  readonly folder: string;
  /** The path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends what runs in the background. */
  readonly signal: AbortSignal;
  /** Shows how far it is. */
  show(lines: readonly string[]): void;
}

export type StaffTitle = Json<'/api/v1/catalogue/titles/{id}', 'get', 200>;
export type TitleSummaries = Json<'/api/v1/catalogue/titles', 'get', 200>['items'];
export type Term = Json<'/api/v1/catalogue/terms', 'get', 200>['items'][number];

/** A title of the demo as the catalogue has it. */
export interface MadeTitle {
  readonly said: DemoTitle;
  readonly id: string;
}

/** What a query answers, at most a hundred titles. */
export async function listTitles(client: DemoClient, query: string): Promise<TitleSummaries> {
  const page = await client.ask<Json<'/api/v1/catalogue/titles', 'get', 200>>(
    'GET',
    `/catalogue/titles?limit=100&${query}`,
  );
  return page.items;
}

export const titleById = async (client: DemoClient, id: string): Promise<StaffTitle> =>
  client.ask('GET', `/catalogue/titles/${id}`);
