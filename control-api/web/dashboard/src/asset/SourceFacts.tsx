import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Asset } from '../api/types.ts';
import { Section } from '../layout/Section.tsx';
import { audioInWords, codecInWords, pictureInWords } from '../words/media.ts';
import { bytesInWords, clockTime, dateInWords } from '../words/quantities.ts';

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} className="break-anywhere figures">
        {children}
      </Text>
    </div>
  );
}

/** What the uploaded file is, as it was found by examination. */
export function SourceFacts({ asset }: { readonly asset: Asset }) {
  const { media } = asset;
  return (
    <Section title="Source">
      <dl className="facts" data-testid="source-facts">
        <Fact label="File">{asset.filename}</Fact>
        <Fact label="Size">{bytesInWords(asset.sourceBytes)}</Fact>
        {media && (
          <>
            <Fact label="Length">{clockTime(media.durationMs)}</Fact>
            <Fact label="Picture">{pictureInWords(media)}</Fact>
            <Fact label="Video codec">{codecInWords(media.videoCodec)}</Fact>
            <Fact label={media.audio.length > 1 ? 'Audio tracks' : 'Audio'}>
              {media.audio.length === 0
                ? 'none'
                : media.audio.map((track, index) => <div key={index}>{audioInWords(track)}</div>)}
            </Fact>
          </>
        )}
        <Fact label="Uploaded">
          <time dateTime={asset.createdAt}>{dateInWords(asset.createdAt)}</time>
        </Fact>
      </dl>
    </Section>
  );
}
