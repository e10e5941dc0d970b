/** The guide's tables are the mapping: a row that is changed in one place alone is seen. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mappingTable } from './mapping-table.js'

const guide = readFileSync(new URL('../../docs/guides/assessors.md', import.meta.url), 'utf8')

test.each(['openAi', 'llamaGuard'] as const)('The table of %s is the mapping in force, row by row.', (classifier) => {
  expect(guide).toContain(`\n\n${mappingTable(classifier)}\n\n`)
})

test('Every code of an assessor is told on the page of codes.', () => {
  const source = readFileSync(new URL('../../src/assess/assessor-error.ts', import.meta.url), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code)
  const page = readFileSync(new URL('../../docs/ERRORS.md', import.meta.url), 'utf8')
  const chapter = page.slice(page.indexOf('## Why an assessor failed'), page.indexOf('## Why a model did not answer'))
  expect(codes).toHaveLength(8)
  expect([...chapter.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code)).toEqual(codes)
})
