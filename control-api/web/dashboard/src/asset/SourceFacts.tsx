import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { Asset } from '../api/types.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { codecName } from '../words/codec-names.ts';
import { audioInWords, pictureInWords } from '../words/media.ts';

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
  const { t } = useTranslation();
  const { media } = asset;
  const { bytes, clock, date } = formats();
  return (
    <Section title={t('source.title')}>
      <dl className="facts" data-testid="source-facts">
        <Fact label={t('source.file')}>
          <bdi>{asset.filename}</bdi>
        </Fact>
        <Fact label={t('source.size')}>{bytes(asset.sourceBytes)}</Fact>
        {media && (
          <>
            <Fact label={t('source.length')}>{clock(media.durationMs)}</Fact>
            <Fact label={t('source.picture')}>{pictureInWords(t, media)}</Fact>
            <Fact label={t('source.videoCodec')}>{codecName(media.videoCodec)}</Fact>
            <Fact label={t('source.audio', { count: Math.max(1, media.audio.length) })}>
              {media.audio.length === 0
                ? t('source.noAudio')
                : media.audio.map((track, index) => <div key={index}>{audioInWords(t, track)}</div>)}
            </Fact>
          </>
        )}
        <Fact label={t('source.uploaded')}>
          <time dateTime={asset.createdAt}>{date(asset.createdAt)}</time>
        </Fact>
      </dl>
    </Section>
  );
}
