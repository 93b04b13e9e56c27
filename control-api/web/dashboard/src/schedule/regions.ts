import { formats } from '../../../kit/messages/i18n.ts';

/** Every region that has a code of its own (ISO 3166-1 alpha-2). */
const codes =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW'.match(
    /../g,
  ) ?? [];

/** Stands for every region that nothing else is said about. */
export const everywhere = '*';

/** Regions as choices, by their names in the language of the page; everywhere comes first. */
export function regionChoices(everywhereInWords: string): { value: string; label: string }[] {
  const { regionName } = formats();
  return [
    { value: everywhere, label: everywhereInWords },
    ...codes
      .map((code) => ({ value: code, label: regionName(code) }))
      .sort((one, other) => one.label.localeCompare(other.label)),
  ];
}
