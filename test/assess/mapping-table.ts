/** The table of docs/guides/assessors.md, made of the mapping that is in force. */
import { defaultMapping, type MappingRow, type Meaning } from '../../src/assess/index.js'

const words: { readonly [meaning in Meaning]: string } = {
  none: 'none',
  harmful: '**harmful**',
  'self-harm': 'risk `self-harm`',
  crisis: 'risk `crisis`',
  'harm-to-others': 'risk `harm-to-others`',
}

const lineOf = ([category, { name, meaning, because }]: readonly [string, MappingRow]): string =>
  `| \`${category}\` | ${name} | ${words[meaning]} | ${because} |`

/** A table in Markdown, one line a category. */
export function mappingTable(classifier: keyof typeof defaultMapping): string {
  const rows = Object.entries<MappingRow>(defaultMapping[classifier])
  return ['| category | in words | means | because |', '|---|---|---|---|', ...rows.map(lineOf)].join('\n')
}
