import { Badge, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import type { Version } from '../api/types.ts';
import { Section } from '../layout/Section.tsx';
import { VersionStateBadge } from '../library/StateBadge.tsx';
import { agoInWords, dateInWords } from '../words/quantities.ts';
import { isUnderWay, workInWords } from '../words/work.ts';

/** "took 2 min 5 s", counted from when a worker began. */
function tookInWords(version: Version): string | undefined {
  if (version.startedAt === null || version.finishedAt === null) return undefined;
  const seconds = Math.max(0, Math.round((Date.parse(version.finishedAt) - Date.parse(version.startedAt)) / 1000));
  return seconds < 60 ? `took ${seconds} s` : `took ${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function VersionFacts({ version }: { readonly version: Version }) {
  const took = tookInWords(version);
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            Version {version.number}
          </Text>
          {version.isCurrent && (
            <Badge variant="dot" color="teal" size="sm" tt="none">
              Served now
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" className="figures">
          <time dateTime={version.createdAt} title={dateInWords(version.createdAt)}>
            {agoInWords(version.createdAt)}
          </time>
          {took && ` · ${took}`}
          {isUnderWay(version.work) && ` · ${workInWords(version.work)}`}
        </Text>
        {version.work.error && (
          <Text size="xs" c="var(--mantine-color-error)" className="break-anywhere">
            {version.work.error.message}
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
  if (versions.length === 0) return null;
  return (
    <Section title="Versions">
      <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
        {versions.map((version) => (
          <li key={version.id} data-testid="version" data-version={version.number} data-state={version.state}>
            {versions.length === 1 ? (
              <VersionFacts version={version} />
            ) : (
              <UnstyledButton
                className="version"
                aria-pressed={version === shown}
                onClick={() => onShow(version.id)}
                w="100%"
                title="Show its renditions"
              >
                <VersionFacts version={version} />
              </UnstyledButton>
            )}
          </li>
        ))}
      </Stack>
    </Section>
  );
}
