import t from 'tap';
import { commandPerRung, oneCommand, type LadderJob } from './ffmpeg-ladder.ts';
import { nginxConfig, nginxWays } from './nginx.ts';
import { countCommands } from './redis.ts';
import { signedHeaders } from './s3-objects.ts';

t.test('nginx checks a signature and sends the same headers, but for those of its own', async (t) => {
  const config = nginxConfig({
    port: 1234,
    folder: '/tmp/n',
    root: '/data/v1/',
    secret: 'abc',
    way: nginxWays['nginx output_buffers'],
    headers: { 'cache-control': 'public, max-age=1', etag: '"x"', 'content-type': 'video/mp4' },
    isRoot: false,
  });
  t.match(config, /secure_link_md5 "\$expires\$viewer abc";/);
  t.match(config, /return 403/);
  t.match(config, /add_header cache-control "public, max-age=1";/);
  t.match(config, /output_buffers 2 1m;/);
  t.notMatch(config, /add_header (etag|content-type)/);
  t.notMatch(config, /user root/);
});

const job: LadderJob = {
  source: '/a.mp4',
  folder: '/out',
  preset: 'veryfast',
  frameRate: '24',
  gopSeconds: 2,
  segmentSeconds: 4,
  video: [
    { name: 'v360-1', width: 640, height: 360, crf: 26, maxBitrate: 1_000_000, bufferBits: 1_000_000 },
    { name: 'v720-3', width: 1280, height: 720, crf: 25, maxBitrate: 3_000_000, bufferBits: 3_000_000 },
  ],
  audio: [{ name: 'a0-128', bitrate: 128_000, channels: 2 }],
};

t.test('one command decodes once and scales down the chain', async (t) => {
  const args = oneCommand(job);
  t.equal(args.filter((each) => each === '-i').length, 1);
  t.equal(
    args[args.indexOf('-filter_complex') + 1],
    '[0:v:0]fps=24,scale=1280:720:flags=bicubic,setsar=1,split=2[out1][next0];[next0]scale=640:360:flags=bicubic,setsar=1,null[out0]',
  );
  t.strictSame(
    args.filter((each) => each.endsWith('index.m3u8')),
    ['/out/v360-1/index.m3u8', '/out/v720-3/index.m3u8', '/out/a0-128/index.m3u8'],
  );
});

t.test('a command for each rung, the smallest first, the sound once', async (t) => {
  const commands = commandPerRung(job);
  t.strictSame(
    commands.map((args) => args.filter((each) => each.endsWith('index.m3u8'))),
    [['/out/v360-1/index.m3u8', '/out/a0-128/index.m3u8'], ['/out/v720-3/index.m3u8']],
  );
});

t.test('operations of Redis, without our own questions', async (t) => {
  const info =
    '# Commandstats\r\ncmdstat_hset:calls=7,usec=9,usec_per_call=1.2\r\ncmdstat_info:calls=3,usec=1\r\ncmdstat_auth:calls=3,usec=1\r\ncmdstat_client|setinfo:calls=2,usec=1\r\n';
  t.equal(countCommands(info), 9);
});

t.test('a request to S3 is signed as its documentation has it', async (t) => {
  const bucket = {
    endpoint: 'http://127.0.0.1:9000',
    bucket: 'media',
    region: 'us-east-1',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  const now = new Date('2013-05-24T00:00:00.000Z');
  const headers = signedHeaders(bucket, { method: 'PUT', path: '/media/a/1.m4s', body: Buffer.from('x'), now });
  t.equal(headers['x-amz-date'], '20130524T000000Z');
  t.match(headers['authorization'], 'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request');
});
