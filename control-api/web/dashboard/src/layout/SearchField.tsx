import { ActionIcon, TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

/** How long to wait for the next letter before what was typed is searched for. */
const typingMs = 350;

interface Props {
  readonly label: string;
  /** Words on the button that empties it. */
  readonly clear: string;
  /** What is searched for, as the address of the page says it. */
  readonly search: string;
  readonly maxLength: number;
  /** `again`: it takes the place of the search before in the browser's history. */
  readonly onSearch: (search: string, again: boolean) => void;
}

/** Searches while somebody types. */
export function SearchField({ label, clear, search: given, maxLength, onSearch }: Props) {
  const [shown, setShown] = useState(given);
  const [draft, setDraft] = useState(given);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The address has changed, by a link or the browser's way back: the field follows.
  if (shown !== given) {
    setShown(given);
    if (draft.trim() !== given) setDraft(given);
  }

  const search = (text: string) => {
    clearTimeout(timer.current);
    const wanted = text.trim();
    // One search is one step of the browser's way back, however many letters it took.
    if (wanted !== given) onSearch(wanted, given !== '' && wanted !== '');
  };
  const later = useRef(search);
  later.current = search;

  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        draft !== '' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={clear}
            onClick={() => {
              setDraft('');
              search('');
              field.current?.focus();
            }}
          >
            <IconX size={16} />
          </ActionIcon>
        )
      }
      value={draft}
      maxLength={maxLength}
      autoComplete="off"
      spellCheck={false}
      className="filter-search"
      onChange={({ currentTarget: { value } }) => {
        setDraft(value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => later.current(value), typingMs);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') search(draft);
      }}
    />
  );
}
