import { Anchor, Card, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formats } from '../../../kit/messages/i18n.ts';
import type { AuditRecord } from '../api/types.ts';
import { eventInWords } from '../words/audit.ts';
import { Changes } from './Changes.tsx';
import { addressOf, type AuditFilter } from './filter.ts';

/** What the records are shown with. */
interface Surroundings {
  /** Id of the account that looks at them. */
  readonly accountId: string;
  /** Titles of the assets that exist, by id. */
  readonly titles: ReadonlyMap<string, string>;
}

/** Digits of a hash that tell it from others well enough. */
const shownOfHash = 12;

interface RecordProps extends Surroundings {
  readonly record: AuditRecord;
}

/** An id, which leads to the records of the same one. */
function Id({
  id,
  label,
  filter,
}: {
  readonly id: string;
  readonly label: string;
  readonly filter: Partial<AuditFilter>;
}) {
  return (
    <Anchor
      component={Link}
      to={{ search: addressOf(filter).toString() }}
      aria-label={label}
      size="xs"
      c="dimmed"
      className="audit-id"
    >
      {id}
    </Anchor>
  );
}

function Event({ record, titles }: RecordProps) {
  const { t } = useTranslation();
  const { event, subject } = record;
  const title = titles.get(subject);
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="sm" fw={600} className="break-anywhere">
        {eventInWords(t, event)}
      </Text>
      {title !== undefined && (
        <Anchor
          component={Link}
          to={`/assets/${subject}`}
          size="sm"
          className="audit-title break-anywhere"
          display="block"
        >
          {title}
        </Anchor>
      )}
      <Id id={subject} label={t('audit.onlySubject', { id: subject })} filter={{ subject }} />
    </div>
  );
}

function Actor({ record, accountId }: RecordProps) {
  const { t } = useTranslation();
  const { actor, address, requestId } = record;
  return (
    <div style={{ minWidth: 0 }}>
      {actor === accountId && <Text size="sm">{t('audit.you')}</Text>}
      {actor === null ? (
        <Text size="sm">{t(address === null ? 'audit.noAccount' : 'audit.nobody')}</Text>
      ) : (
        <Id id={actor} label={t('audit.onlyActor', { id: actor })} filter={{ actor }} />
      )}
      {address !== null && (
        <Text size="xs" c="dimmed" className="break-anywhere figures">
          {t('audit.from', { address })}
        </Text>
      )}
      {requestId !== null && (
        <Text size="xs" c="dimmed" className="break-anywhere">
          {requestId}
        </Text>
      )}
    </div>
  );
}

/** How long ago, and exactly when: on hover, and for screen readers. */
function When({ at }: { readonly at: string }) {
  const { ago, exactly } = formats();
  return (
    <Text size="sm" c="dimmed" component="time" dateTime={at} title={exactly(at)}>
      {ago(at)}
      <VisuallyHidden> {exactly(at)}</VisuallyHidden>
    </Text>
  );
}

/** Its place in the chain, which nobody can take from it without a trace. */
function PlaceInChain({ record: { sequence, hash } }: { readonly record: AuditRecord }) {
  const { t } = useTranslation();
  return (
    <Text size="xs" c="dimmed" className="figures" data-testid="audit-place">
      {sequence === null || hash === null ? (
        t('audit.unchained')
      ) : (
        <>
          {t('audit.place', { sequence })}{' '}
          <span className="audit-id" title={hash}>
            {hash.slice(0, shownOfHash)}
          </span>
        </>
      )}
    </Text>
  );
}

/** What tests and the page find a record by; it takes the focus when it was the first of those that were added. */
const attributesOf = ({ id, event, subject }: AuditRecord) => ({
  tabIndex: -1,
  'data-testid': 'audit-record',
  'data-record': id,
  'data-event': event,
  'data-subject': subject,
});

interface ListProps extends Surroundings {
  readonly records: readonly AuditRecord[];
}

function AuditTable({ records, ...surroundings }: ListProps) {
  const { t } = useTranslation();
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table verticalSpacing="sm" horizontalSpacing="lg" layout="fixed" aria-label={t('audit.caption')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={160}>{t('audit.when')}</Table.Th>
            <Table.Th w="29%">{t('audit.event')}</Table.Th>
            <Table.Th>{t('audit.changes')}</Table.Th>
            <Table.Th w="27%">{t('audit.by')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((record) => (
            <Table.Tr key={record.id} className="audit-row" {...attributesOf(record)}>
              <Table.Td>
                <When at={record.at} />
                <PlaceInChain record={record} />
              </Table.Td>
              <Table.Td>
                <Event record={record} {...surroundings} />
              </Table.Td>
              <Table.Td>
                <Changes record={record} />
              </Table.Td>
              <Table.Td>
                <Actor record={record} {...surroundings} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function AuditCards({ records, ...surroundings }: ListProps) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('audit.caption')}>
      {records.map((record) => (
        <Card component="li" key={record.id} withBorder radius="lg" padding="md" {...attributesOf(record)}>
          <Stack gap="sm">
            <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
              <Event record={record} {...surroundings} />
              <div style={{ flexShrink: 0 }}>
                <When at={record.at} />
              </div>
            </Group>
            <Changes record={record} />
            <Actor record={record} {...surroundings} />
            <PlaceInChain record={record} />
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

/** A table where there is room for one, cards elsewhere. */
export function AuditList(props: ListProps) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  return isWide ? <AuditTable {...props} /> : <AuditCards {...props} />;
}
