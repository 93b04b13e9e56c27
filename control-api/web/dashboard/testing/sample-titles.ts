import type { components } from '../../../openapi.d.ts';
import type { FakeApi, Version } from './fake-api.ts';

type Rendition = components['schemas']['Rendition'];

const ladder: readonly (readonly [name: string, codec: string, width: number, height: number, cap: number])[] = [
  ['v1080-6000', 'avc1.640028', 1920, 1080, 6_000_000],
  ['v720-3000', 'avc1.64001f', 1280, 720, 3_000_000],
  ['v540-2000', 'avc1.64001f', 960, 540, 2_000_000],
  ['v360-730', 'avc1.4d401e', 640, 360, 730_000],
  ['v234-145', 'avc1.42c01e', 416, 234, 145_000],
];

/** Renditions at one share of their way, landscape or turned. */
export function renditions(progress: number, isPortrait = false): Rendition[] {
  const video = ladder.map(([name, codec, width, height, cap], index): Rendition => ({
    id: `rendition_${name}`,
    name,
    kind: 'video',
    codec: progress > 0 ? codec : null,
    width: isPortrait ? height : width,
    height: isPortrait ? width : height,
    targetBandwidth: cap,
    averageBandwidth: progress > 0 ? Math.round(cap * 0.71) : null,
    peakBandwidth: progress > 0 ? Math.round(cap * 0.96) : null,
    bytes: Math.round(cap * 6 * progress),
    encoded: progress,
    packaged: progress * 0.9,
    progress: Math.min(1, progress * (1 + index * 0.01)),
    unitsTotal: 3168,
    unitsPackaged: Math.round(3168 * 0.9 * progress),
  }));
  return [
    ...video,
    {
      id: 'rendition_a0',
      name: 'a0-128',
      kind: 'audio',
      codec: progress > 0 ? 'mp4a.40.2' : null,
      width: null,
      height: null,
      targetBandwidth: 128_000,
      averageBandwidth: progress > 0 ? 127_400 : null,
      peakBandwidth: progress > 0 ? 131_800 : null,
      bytes: Math.round(768_000 * progress),
      encoded: progress,
      packaged: progress,
      progress,
      unitsTotal: 132_000,
      unitsPackaged: Math.round(132_000 * progress),
    },
  ];
}

export function complete(version: Version, isPortrait = false): void {
  const now = Date.now();
  Object.assign(version, {
    state: 'complete',
    isCurrent: true,
    renditions: renditions(1, isPortrait),
    startedAt: new Date(now - 151_000).toISOString(),
    playableAt: new Date(now - 145_000).toISOString(),
    finishedAt: new Date(now).toISOString(),
    work: { stage: 'done', progress: 1, etaSeconds: null, queuePosition: null, error: null },
  } satisfies Partial<Version>);
}

/** One title in each situation, for tests and for looking at. */
export function addSampleTitles(api: FakeApi) {
  const ready = api.addAsset({
    title: 'The Lantern Keeper, episode 1',
    filename: 'lantern-keeper-e01-master.mov',
    sourceBytes: 1_942_887_311,
    durationMs: 3_127_000,
    state: 'ready',
    isPlayable: true,
    media: {
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
      durationMs: 3_127_000,
      width: 1920,
      height: 1080,
      rotation: 0,
      frameRate: 30000 / 1001,
      variableFrameRate: true,
      interlaced: false,
      videoCodec: 'h264',
      hdr: 'none',
      audio: [
        { codec: 'aac', channels: 2, layout: 'stereo', language: 'en' },
        { codec: 'ac3', channels: 6, layout: '5.1(side)', language: 'ko' },
      ],
    },
  });
  complete(ready.versions[0]!);
  const portrait = api.addAsset({
    title: 'Midnight Contract (vertical)',
    filename: 'IMG_2041.MOV',
    sourceBytes: 88_400_120,
    durationMs: 94_000,
    state: 'ready',
    isPlayable: true,
    media: {
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
      durationMs: 94_000,
      width: 1080,
      height: 1920,
      rotation: 90,
      frameRate: 30,
      variableFrameRate: true,
      interlaced: false,
      videoCodec: 'hevc',
      hdr: 'hlg',
      audio: [{ codec: 'aac', channels: 1, layout: 'mono', language: 'und' }],
    },
  });
  complete(portrait.versions[0]!, true);
  const failed = api.addAsset({
    title: 'Podcast recording',
    filename: 'podcast.mp4',
    sourceBytes: 7_300_000,
    state: 'failed',
    error: { code: 'media_no_video', message: 'This file has no video track. Upload a file with a picture.' },
  });
  Object.assign(failed.versions[0]!, {
    state: 'failed',
    work: { stage: 'failed', progress: 0, etaSeconds: null, queuePosition: null, error: failed.error },
  });
  const waiting = api.addAsset({
    title:
      'A very long title that goes on and on so that one can see what happens when it does not fit into one line of the table',
    filename: 'long.mkv',
    sourceBytes: 402_000_000,
  });
  const encoding = api.addAsset({
    title: 'Harbour Lights, trailer',
    filename: 'harbour-lights-trailer-4k.mp4',
    sourceBytes: 512_000_000,
    durationMs: 132_000,
    state: 'playable',
    isPlayable: true,
    media: { ...ready.media!, durationMs: 132_000, variableFrameRate: false, frameRate: 24 },
  });
  Object.assign(encoding.versions[0]!, {
    state: 'playable',
    isCurrent: true,
    renditions: renditions(0.42),
    startedAt: new Date(Date.now() - 60_000).toISOString(),
    work: { stage: 'encoding', progress: 0.42, etaSeconds: 94, queuePosition: null, error: null },
  });
  return { ready, portrait, failed, waiting, encoding };
}
