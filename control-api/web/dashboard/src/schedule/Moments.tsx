import { Anchor, Badge, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formats } from '../../../kit/messages/i18n.ts';
import type { ReleaseMoment } from '../api/types.ts';
import { TitleStateBadge } from '../catalogue/badges.tsx';
import { titlePath } from '../paths.ts';
import { everywhere } from './regions.ts';

/** What it is called: with the series that it belongs to. */
function useName() {
  const { t } = useTranslation();
  return ({ kind, number, name, rootName, titleId, rootId }: ReleaseMoment) =>
    titleId === rootId
      ? name
      : t('schedule.partOf', { root: rootName, kind: t(`titleKinds.${kind}`), number: number ?? 0 });
}

interface Props {
  readonly moment: ReleaseMoment;
  readonly timeZone: string;
}

const attributesOf = ({ titleId, what }: ReleaseMoment) => ({
  'data-testid': 'moment',
  'data-title': titleId,
  'data-what': what,
});

/** In a day of the month: as short as can be. */
export function MomentInMonth({ moment, timeZone }: Props) {
  const { t } = useTranslation();
  const { timeIn, regionName } = formats();
  const nameOf = useName();
  const { at, what, region, titleId, isSeen } = moment;
  const Icon = what === 'opens' ? IconEye : IconEyeOff;
  const where = region === everywhere ? undefined : region;
  const words = t(`schedule.${what}`, {
    name: nameOf(moment),
    time: timeIn(at, timeZone),
    where: region === everywhere ? t('releases.everywhere') : regionName(region),
  });
  return (
    <Anchor
      component={Link}
      to={titlePath(titleId)}
      className="moment"
      title={words}
      {...(!isSeen && { 'data-unseen': true })}
      {...attributesOf(moment)}
    >
      <Icon size={13} aria-hidden />
      <span className="figures">{timeIn(at, timeZone)}</span>
      <span className="moment-name">
        <bdi>{nameOf(moment)}</bdi>
      </span>
      {where}
      <VisuallyHidden>{t(`schedule.${what}Briefly`)}</VisuallyHidden>
    </Anchor>
  );
}

/** In a list: with all that is known. */
export function MomentInList({ moment, timeZone }: Props) {
  const { t } = useTranslation();
  const { dateIn, timeIn, regionName } = formats();
  const nameOf = useName();
  const { at, what, region, titleId, isSeen, state, timeZone: thoughtIn } = moment;
  return (
    <Group component="li" className="row" gap="sm" justify="space-between" {...attributesOf(moment)}>
      <div className="unfinished-words">
        <Anchor component={Link} to={titlePath(titleId)} size="sm" className="row-link break-anywhere">
          <bdi>{nameOf(moment)}</bdi>
        </Anchor>
        <Text size="sm" c="dimmed">
          {t(`schedule.${what}At`, {
            time: timeIn(at, timeZone),
            where: region === everywhere ? t('releases.everywhere') : regionName(region),
          })}
        </Text>
        {thoughtIn !== timeZone && (
          <Text size="xs" c="dimmed" className="figures">
            {dateIn(at, thoughtIn)}
          </Text>
        )}
      </div>
      <Group gap={4}>
        {!isSeen && (
          <Badge variant="light" color="yellow" tt="none" fw={600}>
            {t('schedule.unseen')}
          </Badge>
        )}
        <TitleStateBadge state={state} />
      </Group>
    </Group>
  );
}
