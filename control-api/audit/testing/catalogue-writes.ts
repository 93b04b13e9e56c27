import { text } from 'node:stream/consumers';
import { mediaInfo } from '../../../server/testing/rows.ts';
import type { Harness } from '../../testing/harness.ts';
import type { Write, Writes } from './write.ts';

/** A content manager, and how they call. */
async function manager(api: Harness) {
  const { id: actor, authorization } = await api.as('content_manager');
  const send = async <T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object | string,
    type = 'application/json',
  ) =>
    (
      await api.app.inject({
        method,
        url: `/api/v1/catalogue${path}`,
        headers: { authorization, ...(body !== undefined && { 'content-type': type }) },
        ...(body !== undefined && { body }),
      })
    ).json<T>();
  return { actor, authorization, send };
}

interface Made {
  readonly id: string;
  readonly revision: number;
}

/** A write about a series that is there, as a draft. */
const ofSeries =
  (write: (series: Made) => { readonly path: string; readonly body?: object; readonly record: object }) =>
  async (api: Harness): Promise<Write> => {
    const { actor, authorization } = await manager(api);
    const series = await api.rows.catalogueTitle();
    const { path, record, ...rest } = write(series);
    return {
      url: `/catalogue/titles/${series.id}${path}`,
      authorization,
      ...rest,
      record: { actor, subject: series.id, ...record },
    };
  };

/** The same about subtitles with one cue. */
const ofSubtitles =
  (write: (subtitles: Made) => { readonly path: string; readonly body?: object; readonly record?: object }) =>
  async (api: Harness): Promise<Write> => {
    const { actor, authorization, send } = await manager(api);
    const { id } = await api.rows.catalogueTitle({ kind: 'movie' });
    const content = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n').toString('base64');
    const { subtitles } = await send<{ subtitles: Made }>('POST', `/titles/${id}/subtitles`, {
      language: 'en',
      content,
    });
    const { path, record = {}, ...rest } = write(subtitles);
    return {
      url: `/catalogue/subtitles/${subtitles.id}${path}`,
      authorization,
      ...rest,
      record: { actor, subject: subtitles.id, ...record },
    };
  };

/** Every write about the catalogue that declares an event, done once with success. */
export const catalogueWrites: Writes = {
  'POST /api/v1/catalogue/titles': async (api) => {
    const { actor, authorization } = await manager(api);
    const body = { kind: 'movie', originalLanguage: 'en', text: { name: 'The Sea' } };
    const record = { actor, subject: /^title_/, before: null, after: { kind: 'movie', name: 'The Sea' } };
    return { url: '/catalogue/titles', authorization, body, record };
  },
  'PATCH /api/v1/catalogue/titles/:id': ofSeries(({ revision }) => ({
    path: '',
    body: { revision, year: 1999 },
    record: { before: { year: null }, after: { year: 1999 } },
  })),
  'DELETE /api/v1/catalogue/titles/:id': ofSeries(() => ({ path: '', record: { before: { kind: 'series' } } })),
  'POST /api/v1/catalogue/titles/:id/restore': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id } = await api.rows.catalogueTitle({ deleted_at: api.clock.now() });
    return {
      url: `/catalogue/titles/${id}/restore`,
      authorization,
      record: { actor, subject: id, after: { kind: 'series' } },
    };
  },
  'PUT /api/v1/catalogue/titles/:id/releases': ofSeries(({ revision }) => ({
    path: '/releases',
    body: {
      revision,
      releases: [{ region: 'KR', opensAt: '2027-01-01T00:00:00.000Z', closesAt: null, timeZone: 'Asia/Seoul' }],
    },
    record: { before: {}, after: { KR: '2027-01-01T00:00:00.000Z - ' } },
  })),
  'PUT /api/v1/catalogue/titles/:id/order': async (api) => {
    const { actor, authorization, send } = await manager(api);
    const { id } = await api.rows.catalogueTitle();
    const season = { kind: 'season', parentId: id, originalLanguage: 'en', text: { name: 'x' } };
    const [one, two] = [await send<Made>('POST', '/titles', season), await send<Made>('POST', '/titles', season)];
    const body = { kind: 'season', titles: [two.id, one.id] };
    const record = {
      actor,
      subject: id,
      before: { season: `${one.id} ${two.id}` },
      after: { season: body.titles.join(' ') },
    };
    return { url: `/catalogue/titles/${id}/order`, authorization, body, record };
  },
  'PUT /api/v1/catalogue/titles/:id/terms': async (api) => {
    const { actor, authorization } = await manager(api);
    const [{ id, revision }, term] = [await api.rows.catalogueTitle(), await api.rows.term()];
    const body = { revision, terms: [{ id: term.id }] };
    const record = { actor, subject: id, before: { terms: '' }, after: { terms: term.id } };
    return { url: `/catalogue/titles/${id}/terms`, authorization, body, record };
  },
  'POST /api/v1/catalogue/titles/:id/episodes': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id } = await api.rows.catalogueTitle();
    const season = await api.rows.catalogueTitle({ kind: 'season', parent_id: id, root_id: id, number: 1 });
    const body = { episodes: [{ number: 1, name: 'First' }] };
    const record = { actor, subject: /^title_/, after: { kind: 'episode', name: 'First' } };
    return { url: `/catalogue/titles/${season.id}/episodes`, authorization, body, record };
  },
  'POST /api/v1/catalogue/steps': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id } = await api.rows.catalogueTitle();
    const record = { actor, subject: id, before: { state: 'draft' }, after: { state: 'in_review' } };
    return { url: '/catalogue/steps', authorization, body: { step: 'submit', titles: [id] }, record };
  },
  'PUT /api/v1/catalogue/featured': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id } = await api.rows.catalogueTitle();
    const record = { actor, subject: 'home-page', before: { titles: '' }, after: { titles: id } };
    return { url: '/catalogue/featured', authorization, body: { titles: [id] }, record };
  },
  'POST /api/v1/catalogue/terms': async (api) => {
    const { actor, authorization } = await manager(api);
    const body = { kind: 'person', originalLanguage: 'en', text: { name: 'Ada' } };
    return {
      url: '/catalogue/terms',
      authorization,
      body,
      record: { actor, subject: /^person_/, after: { name: 'Ada' } },
    };
  },
  'PATCH /api/v1/catalogue/terms/:id': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id, revision } = await api.rows.term();
    const body = { revision, texts: { de: { name: 'Rache' } } };
    return {
      url: `/catalogue/terms/${id}`,
      authorization,
      body,
      record: { actor, subject: id, after: { texts: 'de' } },
    };
  },
  'DELETE /api/v1/catalogue/terms/:id': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id } = await api.rows.term({ kind: 'tag' });
    return { url: `/catalogue/terms/${id}`, authorization, record: { actor, subject: id, before: { name: 'Term' } } };
  },
  'PUT /api/v1/catalogue/category-order': async (api) => {
    const { actor, authorization } = await manager(api);
    await api.rows.term();
    const rows = await api.db.selectFrom('terms').select('id').where('kind', '=', 'category').execute();
    const terms = rows.map(({ id }) => id);
    const record = { actor, subject: terms[0], after: { order: terms.join(' ') } };
    return { url: '/catalogue/category-order', authorization, body: { terms }, record };
  },
  'POST /api/v1/catalogue/edits': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id, revision } = await api.rows.catalogueTitle();
    const body = { titles: [{ id, revision }], changes: { year: 2001 } };
    return { url: '/catalogue/edits', authorization, body, record: { actor, subject: id, after: { year: 2001 } } };
  },
  'GET /api/v1/catalogue/export': async (api) => {
    const { actor, authorization } = await manager(api);
    return { url: '/catalogue/export?format=json', authorization, record: { actor } };
  },
  'POST /api/v1/catalogue/import': async (api) => {
    const { actor, authorization, send } = await manager(api);
    const movie = { kind: 'movie', originalLanguage: 'en', text: { name: 'Imported' } };
    const { id } = await send<Made>('POST', '/titles', movie);
    const url = `/api/v1/catalogue/export?format=json&rootId=${id}`;
    const exported = await api.app.inject({ url, headers: { authorization } });
    const file = (await text(exported.stream())).replace('"Imported"', '"Imported again"');
    const { seen } = await send<{ seen: string }>('POST', '/import/preview', file);
    return {
      url: `/catalogue/import?seen=${seen}`,
      authorization,
      body: JSON.parse(file) as object,
      record: { actor, subject: id },
    };
  },
  'PUT /api/v1/catalogue/pictures': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id, revision } = await api.rows.catalogueTitle();
    const body = { titles: [{ titleId: id, revision, pictures: [] }] };
    return { url: '/catalogue/pictures', authorization, body, record: { actor, subject: id } };
  },
  'PUT /api/v1/catalogue/titles/:id/audio': async (api) => {
    const { actor, authorization } = await manager(api);
    const track = (number: number) => ({ track: number, language: 'ko', label: `Track ${number}`, isDefault: false });
    const plan = { audio: [track(0), track(1)] };
    const { assetId } = await api.rows.title({ asset: 'ready', version: 'complete', plan });
    const { id } = await api.db
      .selectFrom('titles')
      .select('id')
      .where('asset_id', '=', assetId)
      .executeTakeFirstOrThrow();
    const body = { assetId, off: [1] };
    return { url: `/catalogue/titles/${id}/audio`, authorization, body, record: { actor, subject: id } };
  },
  'POST /api/v1/catalogue/titles/:id/subtitles': async (api) => {
    const { actor, authorization } = await manager(api);
    const { id } = await api.rows.catalogueTitle({ kind: 'movie' });
    const record = { actor, subject: /^subtitles_/, after: { language: 'en' } };
    return { url: `/catalogue/titles/${id}/subtitles`, authorization, body: { language: 'en' }, record };
  },
  'PATCH /api/v1/catalogue/subtitles/:id': ofSubtitles(({ revision }) => ({
    path: '',
    body: { revision, isSdh: true },
    record: { before: { isSdh: false }, after: { isSdh: true } },
  })),
  'DELETE /api/v1/catalogue/subtitles/:id': ofSubtitles(({ revision }) => ({ path: `?revision=${revision}` })),
  'PATCH /api/v1/catalogue/subtitles/:id/cues': ofSubtitles(({ revision }) => ({
    path: '/cues',
    body: { revision, changes: [{ startMs: 3000, endMs: 4000, text: 'Again' }] },
  })),
  'PUT /api/v1/catalogue/subtitles/:id/file': ofSubtitles(({ revision }) => ({
    path: '/file',
    body: { revision, content: Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nHi\n').toString('base64') },
  })),
  'POST /api/v1/catalogue/subtitles/:id/shift': ofSubtitles(({ revision }) => ({
    path: '/shift',
    body: { revision, byMs: 500 },
  })),
  'POST /api/v1/catalogue/subtitles/:id/publish': ofSubtitles(({ revision }) => ({
    path: '/publish',
    body: { revision },
  })),
  'POST /api/v1/catalogue/titles/:id/subtitles/found': async (api) => {
    const { actor, authorization } = await manager(api);
    const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
    const subtitles = [{ stream: 2, codec: 'subrip', language: 'ko' }];
    await api.db
      .updateTable('assets')
      .set({ media_info: JSON.stringify({ ...mediaInfo, subtitles }), current_version_id: versionId })
      .where('id', '=', assetId)
      .execute();
    const { id } = await api.rows.catalogueTitle({ kind: 'movie', asset_id: assetId });
    const record = { actor, subject: id, after: { asset: assetId, stream: 2 } };
    return { url: `/catalogue/titles/${id}/subtitles/found`, authorization, body: { assetId, stream: 2 }, record };
  },
  'POST /api/v1/catalogue/titles-from-videos': async (api) => {
    const { actor, authorization } = await manager(api);
    const { assetId } = await api.rows.title({
      name: 'one.mp4',
      asset: 'ready',
      version: 'complete',
      published: false,
    });
    const body = { originalLanguage: 'en', videos: [{ assetId }] };
    const record = { actor, subject: /^title_/, event: 'title.created' };
    return { url: '/catalogue/titles-from-videos', authorization, body, record };
  },
};
