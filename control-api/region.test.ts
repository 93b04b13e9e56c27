import t from 'tap';
import { loadConfig } from '../config/load.ts';
import { readRegion } from './region.ts';

const configured = (trustProxy: boolean, regionHeader: string) =>
  loadConfig({ overrides: { server: { trustProxy }, playback: { regionHeader } } });

t.test('the country that a trusted proxy names', async (t) => {
  const config = configured(true, 'CF-IPCountry');
  for (const [headers, expected] of [
    [{ 'cf-ipcountry': 'DE' }, 'DE'],
    [{ 'cf-ipcountry': 'XX' }, undefined],
    [{ 'cf-ipcountry': 'ZZ' }, undefined],
    [{ 'cf-ipcountry': 'T1' }, undefined],
    [{ 'cf-ipcountry': 'de' }, undefined],
    [{ 'cf-ipcountry': 'DE, FR' }, undefined],
    [{ 'cf-ipcountry': '' }, undefined],
    [{ 'x-country': 'DE' }, undefined],
    [{}, undefined],
  ] as const)
    t.equal(readRegion(headers, config), expected, JSON.stringify(headers));
});

t.test('is not read where clients may have written it', async (t) => {
  t.equal(readRegion({ 'cf-ipcountry': 'DE' }, configured(false, 'cf-ipcountry')), undefined);
  t.equal(readRegion({ 'cf-ipcountry': 'DE' }, configured(true, '')), undefined);
  t.throws(() => configured(true, 'cf ipcountry'), /regionHeader/);
});
