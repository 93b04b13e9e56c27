import t, { type Test } from 'tap';
import { until } from '../../server/testing/until.ts';
import { startControlApi } from '../testing/harness.ts';

async function start(t: Test) {
  const api = await startControlApi(t);
  const url = `${await api.listen()}/api/v1/assets/events`;
  const listen = async (authorization: string) => {
    const controller = new AbortController();
    const response = await fetch(url, { headers: { authorization }, signal: controller.signal });
    const state = { text: '', ended: false };
    void (async () => {
      for await (const chunk of response.body ?? []) state.text += Buffer.from(chunk).toString();
    })().then(
      () => {
        state.ended = true;
      },
      () => {
        state.ended = true;
      },
    );
    return {
      response,
      state,
      leave: () => {
        controller.abort();
      },
    };
  };
  return { api, listen };
}

t.test('changes arrive, many as one', async (t) => {
  const { api, listen } = await start(t);
  const own = api.events.listening;
  const manager = await api.as('content_manager');
  const { response, state, leave } = await listen(manager.authorization);
  t.equal(response.status, 200);
  t.match(response.headers.get('content-type'), /^text\/event-stream/);
  await until('connected', () => state.text.includes(': connected'));
  await Promise.all(Array.from({ length: 50 }, () => api.events.publish('asset.changed', { assetId: 'asset_1' })));
  await api.events.publish('asset.deleted', { assetId: 'asset_2' });
  await until('both arrived', () => state.text.includes('asset_2'));
  t.equal(state.text.match(/event: asset\.changed\ndata: \{"assetId":"asset_1"\}\n\n/g)?.length, 1);
  t.match(state.text, /event: asset\.deleted\ndata: \{"assetId":"asset_2"\}\n\n/);
  leave();
  await until('nobody listens for who left', () => api.events.listening === own);
});

t.test('who may no longer listen hears nothing more', async (t) => {
  const { api, listen } = await start(t);
  const own = api.events.listening;
  const [disabled, demoted, expired] = [
    await api.as('content_manager'),
    await api.as('content_manager'),
    await api.as('super_admin'),
  ];
  for (const [account, lose] of [
    [
      disabled,
      () => api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', disabled.id).execute(),
    ],
    [demoted, () => api.db.updateTable('accounts').set({ role: 'viewer' }).where('id', '=', demoted.id).execute()],
    [
      expired,
      async () => {
        api.clock.advance(api.config.accounts.accessTokenSeconds * 1000 + 1000);
      },
    ],
  ] as const) {
    const { state } = await listen(account.authorization);
    await until('connected', () => state.text !== '');
    await lose();
    await api.events.publish('asset.changed', { assetId: 'asset_secret' });
    await until('the stream ends', () => state.ended);
    t.notMatch(state.text, /asset_secret/);
  }
  t.equal(api.events.listening, own);
});

t.test('a listener who loses the right is sent away at once', async (t) => {
  const { api, listen } = await start(t);
  const admin = await api.as('super_admin');
  const [demoted, left] = [await api.as('content_manager'), await api.as('content_manager')];
  const [one, two] = [await listen(demoted.authorization), await listen(left.authorization)];
  await until('connected', () => one.state.text !== '' && two.state.text !== '');
  const response = await api.app.inject({
    method: 'PATCH',
    url: `/api/v1/accounts/${demoted.id}`,
    headers: { authorization: admin.authorization },
    body: { role: 'viewer' },
  });
  t.equal(response.statusCode, 200);
  await until('its stream ends, though nothing is announced', () => one.state.ended);
  t.notOk(two.state.ended, 'the others go on');
  two.leave();
});

t.test('bounded, and no obstacle to a stop', async (t) => {
  const { api, listen } = await start(t);
  const manager = await api.as('content_manager');
  const streams = await Promise.all(Array.from({ length: 20 }, () => listen(manager.authorization)));
  t.ok(streams.every(({ response }) => response.status === 200));
  t.equal((await listen(manager.authorization)).response.status, 429);
  await api.app.close();
  await until('all ended', () => streams.every(({ state }) => state.ended));
  t.equal(api.events.listening, 0);
});
