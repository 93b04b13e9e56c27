import { ActionIcon, Button, Card, Group, NativeSelect, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useCalendar } from '../api/calendar.ts';
import type { ReleaseMoment } from '../api/types.ts';
import { CatalogueNav } from '../catalogue/CatalogueNav.tsx';
import { MomentInList, MomentInMonth } from './Moments.tsx';
import { daysAfter, firstWeekdayOf, isMonth, monthAfter, weeksOf } from './month.ts';
import { momentOf, ownTimeZone, timeZones, wallTime } from './zone-time.ts';

interface ViewProps {
  readonly weeks: readonly (readonly string[])[];
  readonly month: string;
  readonly today: string;
  readonly timeZone: string;
  readonly byDay: ReadonlyMap<string, readonly ReleaseMoment[]>;
}

function Month({ weeks, month, today, timeZone, byDay }: ViewProps) {
  const { t } = useTranslation();
  const { weekday, wholeDay } = formats();
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table layout="fixed" withColumnBorders className="month" aria-label={t('schedule.title')}>
        <Table.Thead>
          <Table.Tr>
            {weeks[0]?.map((day) => (
              <Table.Th key={day}>{weekday(day)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {weeks.map((week) => (
            <Table.Tr key={week[0]}>
              {week.map((day) => (
                <Table.Td
                  key={day}
                  data-day={day}
                  {...(!day.startsWith(month) && { 'data-outside': true })}
                  {...(day === today && { 'aria-current': 'date' as const })}
                >
                  <time dateTime={day} aria-label={wholeDay(day)} className="figures">
                    {Number(day.slice(8))}
                  </time>
                  {byDay.get(day)?.map((moment) => (
                    <MomentInMonth
                      key={`${moment.titleId} ${moment.region} ${moment.what}`}
                      moment={moment}
                      timeZone={timeZone}
                    />
                  ))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function List({ month, timeZone, byDay }: ViewProps) {
  const { t } = useTranslation();
  const { wholeDay } = formats();
  const days = [...byDay].filter(([day]) => day.startsWith(month));
  if (days.length === 0)
    return (
      <Card withBorder radius="lg" padding="xl" data-testid="schedule-empty">
        <Text c="dimmed" ta="center">
          {t('schedule.empty')}
        </Text>
      </Card>
    );
  return days.map(([day, moments]) => (
    <Section key={day} title={wholeDay(day)}>
      <ul className="rows" aria-label={wholeDay(day)}>
        {moments.map((moment) => (
          <MomentInList key={`${moment.titleId} ${moment.region} ${moment.what}`} moment={moment} timeZone={timeZone} />
        ))}
      </ul>
    </Section>
  ));
}

/** What opens and closes when, in a time zone: as a month, or one below the other. */
export function SchedulePage() {
  const { t, i18n } = useTranslation();
  const { month: monthInWords } = formats();
  const [address, setAddress] = useSearchParams();
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  const [chosenZone, setZone] = useLocalStorage({
    key: 'dramabox-schedule-zone',
    defaultValue: ownTimeZone(),
    getInitialValueInEffect: false,
  });
  const zones = timeZones();
  const timeZone = zones.includes(chosenZone) ? chosenZone : 'UTC';
  const today = wallTime(new Date().toISOString(), timeZone).slice(0, 10);
  const asked = address.get('month') ?? '';
  const month = isMonth(asked) ? asked : today.slice(0, 7);
  const isList = !isWide || address.get('as') === 'list';
  const weeks = weeksOf(month, firstWeekdayOf(i18n.language));
  const first = weeks[0]?.[0] ?? `${month}-01`;
  const last = weeks.at(-1)?.at(-1) ?? first;
  const { data, error, refetch, isPlaceholderData } = useCalendar(
    momentOf(`${first}T00:00`, timeZone) ?? '',
    momentOf(`${daysAfter(last, 1)}T00:00`, timeZone) ?? '',
  );
  const byDay = Map.groupBy(data?.items ?? [], ({ at }) => wallTime(at, timeZone).slice(0, 10));
  const go = (next: string) =>
    setAddress({
      ...(next !== today.slice(0, 7) && { month: next }),
      ...(address.get('as') === 'list' && { as: 'list' }),
    });
  const view = { weeks, month, today, timeZone, byDay };
  return (
    <Stack gap="lg">
      <CatalogueNav />
      <div>
        <PageHeading title={t('schedule.title')} />
        <Text c="dimmed" size="sm">
          {t('schedule.lead')}
        </Text>
      </div>
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('schedule.before')}
            onClick={() => go(monthAfter(month, -1))}
          >
            <IconChevronLeft size={18} className="toward-start" />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('schedule.after')}
            onClick={() => go(monthAfter(month, 1))}
          >
            <IconChevronRight size={18} className="toward-end" />
          </ActionIcon>
          <Text fw={650} role="status" data-testid="month">
            {monthInWords(`${month}-01`)}
          </Text>
          {month !== today.slice(0, 7) && (
            <Button variant="subtle" size="compact-md" onClick={() => go(today.slice(0, 7))}>
              {t('schedule.today')}
            </Button>
          )}
        </Group>
        <Group gap="xs">
          <NativeSelect
            aria-label={t('releases.timeZone')}
            value={timeZone}
            data={zones}
            onChange={({ currentTarget }) => setZone(currentTarget.value)}
          />
          {isWide && (
            <SegmentedControl
              aria-label={t('schedule.as')}
              value={isList ? 'list' : 'month'}
              data={[
                { value: 'month', label: t('schedule.month') },
                { value: 'list', label: t('schedule.list') },
              ]}
              onChange={(as) =>
                setAddress({ ...(isMonth(asked) && { month: asked }), ...(as === 'list' && { as: 'list' }) })
              }
            />
          )}
        </Group>
      </Group>
      {data?.isWhole === false && <Notice title={t('schedule.tooMany')} says={t('schedule.tooManyText')} />}
      {!data && <NotLoaded error={error} onAgain={refetch} />}
      {data && (
        <Stack gap="lg" aria-busy={isPlaceholderData} {...(isPlaceholderData && { className: 'stale' })}>
          {isList ? <List {...view} /> : <Month {...view} />}
        </Stack>
      )}
    </Stack>
  );
}
