import t from 'tap';
import { isFinal } from './finality.ts';

t.test('what a manifest says about being finished', async (t) => {
  t.equal(isFinal('#EXTM3U\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:4,\n00001.m4s\n'), false);
  t.equal(isFinal('#EXTM3U\n#EXTINF:4,\n00001.m4s\n#EXT-X-ENDLIST\n'), true);
  t.equal(isFinal('#EXTM3U\r\n#EXTINF:4,\r\n00001.m4s\r\n#EXT-X-ENDLIST\r\n'), true);
  t.equal(isFinal('#EXTM3U\n#EXT-X-ENDLIST-NOT\n# #EXT-X-ENDLIST\n'), false);
  t.equal(isFinal('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/index.m3u8\n'), true);
  t.equal(
    isFinal('#EXTM3U\n#EXT-X-START:TIME-OFFSET=0.001\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/index.m3u8\n'),
    false,
    'it grows',
  );
  t.equal(isFinal('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'), true);
  t.equal(isFinal('<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"\n  type="dynamic">'), false);
  t.equal(isFinal("<MPD type='dynamic'>"), false);
  t.equal(isFinal('<MPD>'), true);
  t.equal(isFinal('neither'), false);
});
