import { Badge, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { problemText } from '../../../kit/api/problem.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import type { Version } from '../api/types.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { VersionStateBadge } from '../library/StateBadge.tsx';
import { isUnderWay, separator, workInWords } from '../words/work.ts';

/** Seconds from when a worker began to the end. */
function secondsOf(version: Version): number | undefined {
  if (version.startedAt === null || version.finishedAt === null) return undefined;
  return (Date.parse(version.finishedAt) - Date.parse(version.startedAt)) / 1000;
}

function VersionFacts({ version, saysError }: { readonly version: Version; readonly saysError: boolean }) {
  const { t } = useTranslation();
  const { ago, date } = formats();
  const seconds = secondsOf(version);
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {t('versions.version', { number: version.number })}
          </Text>
          {version.isCurrent && (
            <Badge variant="dot" color="teal" size="sm" tt="none">
              {t('versions.served')}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" className="figures">
          <time dateTime={version.createdAt} title={date(version.createdAt)}>
            {ago(version.createdAt)}
          </time>
          {seconds !== undefined && `${separator}${t('versions.took', { seconds })}`}
          {isUnderWay(version.work) && `${separator}${workInWords(t, version.work)}`}
        </Text>
        {saysError && version.work.error && (
          <Text size="xs" c="var(--mantine-color-error)" className="break-anywhere">
            {problemText(version.work.error)}
          </Text>
        )}
      </div>
      <VersionStateBadge state={version.state} />
    </Group>
  );
}

/** The versions of an asset, newest first; choosing one shows its renditions. */
export function Versions({
  versions,
  shown,
  onShow,
}: {
  readonly versions: readonly Version[];
  readonly shown: Version | undefined;
  readonly onShow: (id: string) => void;
}) {
  const { t } = useTranslation();
  if (versions.length === 0) return null;
  return (
    <Section title={t('versions.title')}>
      <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
        {versions.map((version) => (
          <li key={version.id} data-testid="version" data-version={version.number} data-state={version.state}>
            {versions.length === 1 ? (
              // The page says it above.
              <VersionFacts version={version} saysError={false} />
            ) : (
              <UnstyledButton
                className="version"
                aria-pressed={version === shown}
                onClick={() => onShow(version.id)}
                w="100%"
                title={t('versions.show')}
              >
                <VersionFacts version={version} saysError />
              </UnstyledButton>
            )}
          </li>
        ))}
      </Stack>
    </Section>
  );
}
