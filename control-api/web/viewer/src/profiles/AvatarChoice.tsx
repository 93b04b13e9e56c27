import { Input, Stack } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { colours, groundOf, pictures, ProfilePicture, type Avatar } from './pictures/ProfilePicture.tsx';

interface Props {
  readonly avatar: Avatar;
  readonly onChange: (avatar: Avatar) => void;
}

/** A picture, and the colour behind it: two groups of radio buttons, so that arrow keys go through them. */
export function AvatarChoice({ avatar, onChange }: Props) {
  const { t } = useTranslation();
  const [pictureGroup, colourGroup] = [useId(), useId()];
  return (
    <Stack gap="md">
      <Input.Wrapper
        label={t('profiles.picture')}
        labelElement="div"
        id={pictureGroup}
        labelProps={{ id: `${pictureGroup}-words` }}
      >
        <div role="radiogroup" aria-labelledby={`${pictureGroup}-words`} className="choices choices-pictures">
          {pictures.map((picture) => (
            <label key={picture} className="choice">
              <input
                type="radio"
                name={pictureGroup}
                value={picture}
                checked={avatar.picture === picture}
                aria-label={t(`profiles.pictures.${picture}`)}
                onChange={() => onChange({ ...avatar, picture })}
              />
              <ProfilePicture avatar={{ ...avatar, picture }} />
            </label>
          ))}
        </div>
      </Input.Wrapper>
      <Input.Wrapper
        label={t('profiles.colour')}
        labelElement="div"
        id={colourGroup}
        labelProps={{ id: `${colourGroup}-words` }}
      >
        <div role="radiogroup" aria-labelledby={`${colourGroup}-words`} className="choices choices-colours">
          {colours.map((colour) => (
            <label key={colour} className="choice">
              <input
                type="radio"
                name={colourGroup}
                value={colour}
                checked={avatar.colour === colour}
                aria-label={t(`profiles.colours.${colour}`)}
                onChange={() => onChange({ ...avatar, colour })}
              />
              <span className="choice-colour" style={{ background: groundOf(colour) }} />
            </label>
          ))}
        </div>
      </Input.Wrapper>
    </Stack>
  );
}
