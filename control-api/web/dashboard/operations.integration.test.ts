import t from 'tap';
import { password } from '../../testing/harness.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

t.test('what operators look at', async (t) => {
  const api = await site.start(t, {
    settings: { storage: { minFreeBytes: 1_000_000 } },
    tools: [{ name: 'ffmpeg', version: '7.1.2' }],
  });
  await api.addAccount('content_manager', 'manager@example.com');
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/dashboard/', { email: 'manager@example.com', password });
  await page.getByRole('navigation').getByRole('link', { name: 'Operations' }).click();
  await page.getByRole('heading', { name: 'Operations' }).waitFor();
  const prepare = page.locator('[data-job="version.prepare"]');
  await prepare.waitFor();
  t.match(await prepare.innerText(), /version\.prepare\s+0\s+0\s+0/);
  t.match(await page.getByTestId('free-disk').innerText(), /[MGT]B free/);
  await page.getByText('Uploads are refused when they would leave less than 1.0 MB.').waitFor();
  t.match(await page.getByTestId('tool').innerText(), /ffmpeg\s+7\.1\.2/);
  t.equal(await page.getByTestId('notice').count(), 0);
  await api.app.inject({ url: '/health/live', headers: { 'x-forwarded-for': '203.0.113.1' } });
  const notice = page.getByTestId('notice');
  await notice.waitFor();
  t.match(await notice.innerText(), /server\.trustProxy[\s\S]*DRAMABOX_SERVER_TRUST_PROXY/);
  t.ok((await overflow(page)) <= 0);

  api.queue.counts = async () => ({
    ...(await Object.getPrototypeOf(api.queue).counts.call(api.queue)),
    'version.prepare': { waiting: 3, active: 1, failed: 2 },
  });
  await prepare.getByText('3').waitFor();
  t.match(await prepare.innerText(), /version\.prepare\s+3\s+1\s+2/, 'the page follows by itself');
});

t.test('the server that cannot say how it is', async (t) => {
  const api = await site.start(t);
  api.network.disturb = ({ path }) =>
    path === '/api/v1/operations/status' ? { kind: 'answer', status: 503 } : undefined;
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/operations');
  await page.getByText('The state of the server could not be loaded').waitFor();
  await page.getByText('The server had a problem (503). Try again in a moment.').waitFor();
  api.network.disturb = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('[data-job="version.prepare"]').waitFor();
  await page.getByText('The state of the server could not be loaded').waitFor({ state: 'detached' });
});

t.test('an event that could not be handled is shown, and tried again by those who may', async (t) => {
  const api = await site.start(t);
  let isBroken = true;
  const stop = await api.outbox.consume({
    name: 'test.hear',
    events: ['version.ended'],
    maxAttempts: 1,
    async deliver() {
      if (isBroken) throw new Error('out of order');
    },
  });
  t.teardown(() => stop({ force: true }));
  const { assetId } = await api.rows.title({ version: 'encoding' });
  await api.lifecycle.cancel(assetId);
  await api.addAccount('content_manager', 'manager@example.com');
  const manager = await openPage(t, site.browser);
  await signIn(manager, api, '/dashboard/operations', { email: 'manager@example.com', password });
  const seen = manager.getByTestId('set-aside');
  await seen.getByText('version.ended for test.hear').waitFor();
  await seen.getByText('out of order').waitFor();
  t.equal(await seen.getByRole('button').count(), 0, 'a content manager only looks');

  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/dashboard/operations');
  await page.getByTestId('set-aside').waitFor();
  t.ok((await overflow(page)) <= 0);
  isBroken = false;
  await page.getByRole('button', { name: 'Try version.ended for test.hear again' }).click();
  await page.getByTestId('set-aside').waitFor({ state: 'detached' });
  t.match(await page.locator('[data-consumer="test.hear"]').innerText(), /test\.hear\s+0\s+0/);
});

t.test('how much each account has uploaded is shown to super admins', async (t) => {
  const api = await site.start(t, { settings: { uploads: { maxStoredBytes: 2_000_000 } } });
  const manager = await api.addAccount('content_manager', 'manager@example.com');
  const upload = await api.rows.upload({ owner_id: manager.id, bytes: 1_500_000 });
  await api.rows.asset({ upload_id: upload.id });
  await api.rows.upload({ owner_id: api.admin.id, bytes: 1000, state: 'receiving', expires_at: api.clock.now() + 1e6 });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/dashboard/operations');
  const rows = page.getByTestId('usage');
  await rows.first().waitFor();
  t.match(await rows.allInnerTexts(), [
    /^manager@example\.com\s+1\.5 MB\s+1\.5 MB\s+1\s+0$/,
    /^\S+\s+1\.0 kB\s+1\.0 kB\s+1\s+1$/,
  ]);
  await page.getByText('of 2.0 MB').waitFor();
  t.ok((await overflow(page)) <= 0);

  const other = await openPage(t, site.browser);
  await signIn(other, api, '/dashboard/operations', { email: 'manager@example.com', password });
  await other.locator('[data-job="version.prepare"]').waitFor();
  t.equal(await other.getByText('Uploads by account').count(), 0);
});
