import { ActionIcon, Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { putReleases, readTitle } from '../api/titles.ts';
import type { CatalogueTitle, TitleRelease } from '../api/types.ts';
import { everywhere, regionChoices } from '../schedule/regions.ts';
import { momentOf, ownTimeZone, timeZones, wallTime } from '../schedule/zone-time.ts';

/** A release as its fields have it. */
interface Row {
  readonly region: string;
  readonly timeZone: string;
  readonly opens: string;
  /** Empty: it stays. */
  readonly closes: string;
}

const rowOf = ({ region, timeZone, opensAt, closesAt }: TitleRelease): Row => ({
  region,
  timeZone,
  opens: wallTime(opensAt, timeZone),
  closes: closesAt === null ? '' : wallTime(closesAt, timeZone),
});

type Wrong = 'opens' | 'closes' | 'order' | 'twice';

function wrongWith(row: Row, rows: readonly Row[]): Wrong | undefined {
  const opens = momentOf(row.opens, row.timeZone);
  const closes = momentOf(row.closes, row.timeZone);
  if (opens === undefined) return 'opens';
  if (row.closes !== '' && closes === undefined) return 'closes';
  if (closes !== undefined && closes < opens) return 'order';
  return rows.filter(({ region }) => region === row.region).length > 1 ? 'twice' : undefined;
}

interface RowProps {
  readonly row: Row;
  readonly wrong: Wrong | undefined;
  readonly mayPublish: boolean;
  readonly onRow: (row: Row) => void;
  readonly onRemove: () => void;
}

/** A time of a zone in the reader's own, where the two differ. */
function InOwnZone({ row, time }: { readonly row: Row; readonly time: string }) {
  const { t } = useTranslation();
  const iso = momentOf(time, row.timeZone);
  if (iso === undefined) return null;
  const own = ownTimeZone();
  if (wallTime(iso, own) === wallTime(iso, row.timeZone)) return null;
  return (
    <Text size="xs" c="dimmed" className="figures">
      {t('releases.forYou', { at: iso })}
    </Text>
  );
}

function ReleaseRow({ row, wrong, mayPublish, onRow, onRemove }: RowProps) {
  const { t } = useTranslation();
  const put = (change: Partial<Row>) => onRow({ ...row, ...change });
  const regions = regionChoices(t('releases.everywhere'));
  const region = regions.find(({ value }) => value === row.region)?.label ?? row.region;
  return (
    <li className="row" data-testid="release">
      <Stack gap="sm" role="group" aria-label={t('releases.of', { region })}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="sm">
          <NativeSelect
            label={t('releases.region')}
            value={row.region}
            data={regions}
            disabled={!mayPublish}
            error={wrong === 'twice' && t('releases.wrong.twice')}
            onChange={({ currentTarget }) => put({ region: currentTarget.value })}
          />
          <NativeSelect
            label={t('releases.timeZone')}
            value={row.timeZone}
            data={timeZones(row.timeZone, ownTimeZone())}
            disabled={!mayPublish}
            onChange={({ currentTarget }) => put({ timeZone: currentTarget.value })}
          />
          <div>
            <TextInput
              label={t('releases.opens')}
              type="datetime-local"
              value={row.opens}
              readOnly={!mayPublish}
              error={wrong === 'opens' && t('releases.wrong.opens')}
              onChange={({ currentTarget }) => put({ opens: currentTarget.value })}
            />
            <InOwnZone row={row} time={row.opens} />
          </div>
          <div>
            <TextInput
              label={t('releases.closes')}
              type="datetime-local"
              value={row.closes}
              readOnly={!mayPublish}
              error={(wrong === 'closes' || wrong === 'order') && t(`releases.wrong.${wrong}`)}
              onChange={({ currentTarget }) => put({ closes: currentTarget.value })}
            />
            <InOwnZone row={row} time={row.closes} />
          </div>
        </SimpleGrid>
        {mayPublish && (
          <Group justify="flex-end">
            <ActionIcon
              variant="subtle"
              color="red"
              size="lg"
              aria-label={t('releases.remove', { region })}
              onClick={onRemove}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        )}
      </Stack>
    </li>
  );
}

/** When viewers see it, all considered. */
function Windows({ title }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const { regionName } = formats();
  const whole = title.windows.filter(({ opensAt, closesAt }) => closesAt === null || closesAt > opensAt);
  if (whole.length === 0)
    return (
      <Text size="sm" c="dimmed" data-testid="windows">
        {t(title.state === 'published' ? 'releases.neverSeen' : 'releases.notPublished')}
      </Text>
    );
  return (
    <ul className="plain-list" aria-label={t('releases.seen')} data-testid="windows">
      {whole.map(({ region, opensAt, closesAt }) => {
        const where = region === everywhere ? t('releases.everywhere') : regionName(region);
        // What has no release of its own and a parent without one was always there.
        const values = { where, from: opensAt, until: closesAt ?? '' };
        const isAlways = Date.parse(opensAt) === 0;
        return (
          <Text component="li" size="sm" key={region}>
            {t(
              isAlways
                ? closesAt === null
                  ? 'releases.always'
                  : 'releases.untilOnly'
                : closesAt === null
                  ? 'releases.fromOnly'
                  : 'releases.fromUntil',
              values,
            )}
          </Text>
        );
      })}
    </ul>
  );
}

interface Props {
  readonly title: CatalogueTitle;
  readonly accountId: string;
  readonly mayPublish: boolean;
}

/** What somebody has put into the fields, and the releases that were there when they began. */
interface KeptRows {
  readonly from: string;
  readonly rows: readonly Row[];
}

/**
 * When a title is released where. It counts only when it is saved: half a date would release something. Until then the
 * browser keeps it.
 */
export function ReleasesSection({ title, accountId, mayPublish }: Props) {
  const { t } = useTranslation();
  const [kept, keep, forget] = useLocalStorage<KeptRows | undefined>({
    key: `dramabox-releases/${accountId}/${title.id}`,
    defaultValue: undefined,
    getInitialValueInEffect: false,
  });
  const there = JSON.stringify(title.releases);
  const rows = kept?.rows ?? title.releases.map(rowOf);
  const isChanged = kept !== undefined && JSON.stringify(kept.rows) !== JSON.stringify(title.releases.map(rowOf));
  const isConflict = isChanged && kept.from !== there;
  const put = (next: readonly Row[]) => keep({ from: kept?.from ?? there, rows: next });
  const isWrong = rows.some((row) => wrongWith(row, rows) !== undefined);
  const {
    isBusy,
    error,
    submit,
    forget: forgetError,
  } = useSubmission(async () => {
    const { revision } = await readTitle(title.id);
    await putReleases(
      title.id,
      revision,
      rows.map(({ region, timeZone, opens, closes }) => ({
        region,
        timeZone,
        opensAt: momentOf(opens, timeZone) ?? '',
        closesAt: closes === '' ? null : (momentOf(closes, timeZone) ?? ''),
      })),
    );
    forget();
  });
  const region = regionChoices('').find(({ value }) => !rows.some((row) => row.region === value))?.value ?? everywhere;
  return (
    <Section title={t('releases.title')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Windows title={title} />
          {isConflict && (
            <Notice
              title={t('releases.conflict')}
              says={[
                t('releases.conflictText'),
                ...title.releases.map(({ region: code, opensAt }) =>
                  t('releases.fromOnly', {
                    where: code === everywhere ? t('releases.everywhere') : formats().regionName(code),
                    from: opensAt,
                  }),
                ),
              ]}
              toDo={
                <Group gap="xs">
                  <Button size="xs" variant="light" onClick={() => keep({ from: there, rows })}>
                    {t('draft.takeMine')}
                  </Button>
                  <Button size="xs" variant="default" onClick={() => forget()}>
                    {t('draft.takeTheirs')}
                  </Button>
                </Group>
              }
              data-testid="releases-conflict"
            />
          )}
          {rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t(title.parentId === null ? 'releases.noneRoot' : 'releases.nonePart')}
            </Text>
          ) : (
            <ul className="rows" aria-label={t('releases.title')}>
              {rows.map((row, index) => (
                <ReleaseRow
                  key={index}
                  row={row}
                  wrong={wrongWith(row, rows)}
                  mayPublish={mayPublish}
                  onRow={(next) => put(rows.with(index, next))}
                  onRemove={() => put(rows.toSpliced(index, 1))}
                />
              ))}
            </ul>
          )}
          <FormProblem error={error} />
          {mayPublish && (
            <Group gap="xs">
              <Button
                variant="default"
                leftSection={<IconPlus size={18} />}
                onClick={() => put([...rows, { region, timeZone: ownTimeZone(), opens: '', closes: '' }])}
              >
                {t('releases.add')}
              </Button>
              {isChanged && (
                <>
                  <Button type="submit" loading={isBusy} disabled={isWrong || isConflict}>
                    {t('releases.save')}
                  </Button>
                  <Button
                    variant="subtle"
                    onClick={() => {
                      forgetError();
                      forget();
                    }}
                  >
                    {t('releases.discard')}
                  </Button>
                  <Text size="sm" c="dimmed" role="status">
                    {t('releases.unsaved')}
                  </Text>
                </>
              )}
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}
