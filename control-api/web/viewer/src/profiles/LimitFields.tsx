import { NativeSelect, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { kidsLimit, kidsLimits, limits, type MaturityLimit } from './household.ts';
import { useProfileWords } from './profile-words.ts';

export interface Restrictions {
  readonly isKids: boolean;
  readonly maturityLimit: MaturityLimit;
}

interface Props extends Restrictions {
  readonly onChange: (restrictions: Restrictions) => void;
  /** The main profile is never a kids' profile. */
  readonly mayBeKids: boolean;
}

const none = 'none';

/** What a profile may see. */
export function LimitFields({ isKids, maturityLimit, onChange, mayBeKids }: Props) {
  const { t } = useTranslation();
  const { limitOf } = useProfileWords();
  return (
    <Stack gap="md">
      {mayBeKids && (
        <Switch
          label={t('profiles.kids')}
          description={t('profiles.kidsText')}
          checked={isKids}
          withThumbIndicator={false}
          size="md"
          onChange={(event) => {
            const now = event.currentTarget.checked;
            const isTooHigh = maturityLimit === null || maturityLimit > kidsLimit;
            onChange({ isKids: now, maturityLimit: now && isTooHigh ? kidsLimit : maturityLimit });
          }}
        />
      )}
      <NativeSelect
        label={t('profiles.limit')}
        description={t('profiles.limitText')}
        name="maturity-limit"
        value={maturityLimit ?? none}
        data={(isKids ? kidsLimits : limits).map((limit) => ({ value: String(limit ?? none), label: limitOf(limit) }))}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onChange({ isKids, maturityLimit: value === none ? null : (Number(value) as MaturityLimit) });
        }}
      />
    </Stack>
  );
}
