/** The pages keep their word: the README's example and the guides' snippets run, every code has a paragraph, and every link leads somewhere. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (page: string): string => readFileSync(join(root, page), 'utf8')
const quoted = (text: string): string[] =>
  [...text.matchAll(/'([a-z]+(?:-[a-z]+)+|ended|closed|unavailable)'/g)].map(([, code]) => code as string)

/** Snippets may name types, which the oldest Node that we run on does not read. */
const stripTypes = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  }).outputText

const readdirMarkdown = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))

test("the README's example runs as it stands, on the built package, and says what its comments say", () => {
  const example = /```ts\n([\s\S]*?)```/.exec(read('README.md'))?.[1] as string
  const folder = join(root, '.colloquy')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'readme-example.mjs')
  writeFileSync(file, example)
  const said = execFileSync(process.execPath, [file], { encoding: 'utf8' })
  expect(said.split('\n')[0]).toBe('redirect')
  expect(said).toContain('redirections-remaining')
  expect(
    example
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '').length,
  ).toBeLessThanOrEqual(12)
})

const guides = ['README.md', ...readdirMarkdown('docs/guides')]
const snippets = guides.flatMap((page) =>
  [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text], place) => ({
    page,
    place: place + 1,
    text: text ?? '',
  })),
)

test('the guides have snippets to run; those that need a server of their own are marked js, and are not', () => {
  expect(new Set(snippets.map(({ page }) => page)).size).toBeGreaterThanOrEqual(3)
})

test.each(snippets)('snippet $place of $page runs as it stands, on the built package', ({ page, place, text }) => {
  const folder = join(root, '.colloquy')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${basename(page, '.md')}-${place}.mjs`)
  writeFileSync(file, stripTypes(text))
  // A runner that finds itself within another would report to it, and not fail on its own.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const said = execFileSync(process.execPath, [file], { encoding: 'utf8', env })
  if (text.includes("from 'node:test'")) expect(said).toMatch(/pass [1-9]/)
})

test('every code that a caller can meet has a row in docs/ERRORS.md', () => {
  const rows = [...read('docs/ERRORS.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code)
  const sources = [
    'conversation/rejection',
    'log/errors',
    'log/audit/audit-finding',
    'log/moving/restore-finding',
    'assess/assessor-error',
    'llm/model',
    'llm/openai/agents/session',
  ].map((name) => read(`src/${name}.ts`))
  const listed = /const refusalCodes[^=]*= \[([\s\S]*?)\]/.exec(read('src/lifecycle/automaton.ts'))?.[1] as string
  const codes = [
    ...sources.flatMap((text) => [...text.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code as string)),
    ...quoted(listed),
  ]
  expect(codes.length).toBeGreaterThan(30)
  expect(codes.filter((code) => !rows.includes(code))).toEqual([])
})

test('every relative link in a page leads to a file', () => {
  const pages = ['README.md', ...readdirMarkdown('docs')]
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
      .map(([, link]) => link as string)
      .filter((link) => !existsSync(join(root, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  )
  expect(broken).toEqual([])
})
