/** The page on reliability has a row for every fault that exists, in its list and in its table, and none for others. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faults, histories } from '../../scripts/faults/list.mjs'

const page = readFileSync(new URL('../../docs/RELIABILITY.md', import.meta.url), 'utf8')

/** What stands between the markers of this name. */
function partOf(name: string): string {
  const [, part = ''] = page.split(`<!-- ${name}: written by npm run faults -->`)
  const [own = ''] = part.split(`<!-- end of ${name} -->`)
  return own
}

/** The rows of a table whose first cell is a name, as cells. */
const rowsIn = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^\| (`[a-z-]+` \|.*) \|$/gm)].map(([, row = '']) => row.split(' | '))

const namesIn = (text: string) =>
  rowsIn(text).map(([name = '']) => name.replace(/`.*/s, '').concat(name.split('`')[1] ?? ''))
const [explained = ''] = page.split('<!-- faults:')

test('Every fault is explained.', () => {
  expect(namesIn(explained)).toEqual(faults.map(({ name }) => name))
})

test.each([
  ['faults', faults],
  ['histories', histories],
] as const)('The table of %s has a row for each, with what a run counted.', (part, all) => {
  expect(namesIn(partOf(part))).toEqual(all.map(({ name }) => name))
  const empty = rowsIn(partOf(part)).filter((cells) => cells.some((cell) => cell.trim() === ''))
  expect(empty).toEqual([])
})

test('In the table nothing is lost, doubled, torn or refused, but where the page says what is not kept.', () => {
  const [, part = ''] = partOf('faults').split('\n')
  const columns = part.split(' | ').map((cell) => cell.replaceAll('|', '').trim())
  const bad = ['lost', 'duplicated', 'half batches', 'audit findings', 'refused'].map((column) =>
    columns.indexOf(column),
  )
  expect(bad).not.toContain(-1)
  const broken = rowsIn(partOf('faults')).filter((cells) => bad.some((at) => cells[at]?.trim() !== '0'))
  expect(broken.map(([name]) => name).filter((name) => name !== '`disk-unreadable`')).toEqual([])
  expect(page.split('## What is not kept')[1]).toContain('a disk that cannot be read')
})

test('Every fault says which bugs its checker must see.', () => {
  const without = [...faults, ...histories].filter(({ seeds }) => seeds.length === 0)
  expect(without.map(({ name }) => name)).toEqual([])
})
