import { Group, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useAuditChain } from '../api/audit.ts';
import type { AuditChain } from '../api/types.ts';
import { Explain } from '../layout/Explain.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';

type Check = NonNullable<AuditChain['check']>;

function Broken({ check }: { readonly check: Check }) {
  const { t } = useTranslation();
  const { breaks, firstBreak: found } = check;
  const says = [
    t('audit.chain.brokenAt', { at: check.at }),
    ...(found
      ? [t(`audit.chain.breaks.${found.kind}`, { sequence: found.sequence, id: found.id ?? t('audit.nothing') })]
      : []),
    ...(breaks > 1 ? [t('audit.chain.moreBreaks', { count: breaks })] : []),
  ];
  return (
    <Notice
      tone="failure"
      title={t('audit.chain.broken')}
      says={says}
      toDo={t('audit.chain.toDo')}
      data-testid="audit-chain-broken"
    />
  );
}

/** Whether anything was changed or removed in the log, as the last check found. */
export function ChainState() {
  const { t } = useTranslation();
  const { data: chain } = useAuditChain();
  if (!chain) return null;
  const { check } = chain;
  if (check && check.breaks > 0) return <Broken check={check} />;
  return (
    <Group gap={6} wrap="nowrap" align="center" data-testid="audit-chain">
      {check && <IconShieldCheck size={20} aria-hidden className="audit-whole" />}
      <Text size="sm">
        {check ? t('audit.chain.whole', { count: check.records, at: check.at }) : t('audit.chain.unchecked')}{' '}
        <Explain word={t('audit.chain.word')}>{t('audit.chain.explained')}</Explain>
      </Text>
    </Group>
  );
}
