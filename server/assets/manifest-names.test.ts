import t from 'tap';
import { dashManifest, hlsManifest, readManifestName } from './manifest-names.ts';

t.test('what is made can be read', async (t) => {
  t.same([hlsManifest(), dashManifest()], ['master.m3u8', 'manifest.mpd']);
  t.same([hlsManifest(720), dashManifest(99_999)], ['master-720.m3u8', 'manifest-99999.mpd']);
  for (const rung of [undefined, 1, 234, 720, 99_999]) {
    t.same(readManifestName(hlsManifest(rung)), { format: 'hls', rung });
    t.same(readManifestName(dashManifest(rung)), { format: 'dash', rung });
  }
});

t.test('what is no name stands for nothing', async (t) => {
  for (const name of [
    '',
    'master',
    'master.mpd',
    'manifest.m3u8',
    'master-.m3u8',
    'master-0.m3u8',
    'master-0720.m3u8',
    'master-100000.m3u8',
    'master-720.mpd',
    'manifest-720.m3u8',
    'master-720.m3u8.br',
    'master-7٢0.m3u8',
    'master-+720.m3u8',
    'master-720\n.m3u8',
    'master-720.m3u8\n',
    'master-720-360.m3u8',
    'Master-720.m3u8',
    'v720/master-720.m3u8',
  ])
    t.equal(readManifestName(name), undefined, JSON.stringify(name));
});
