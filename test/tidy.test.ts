/** The house rules that a program can check: rings, sizes, names, and no soft spots. */
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import ts from 'typescript'
import { expect, test } from 'vitest'
import {
  importsOf,
  linesOf,
  nodesOf,
  packagesOf,
  placeOf,
  reachedFrom,
  type SourceFile,
  sourceFile,
  sourceFiles,
} from './source-tree.js'

/** Which ring a file belongs to; the first that fits. Imports point inward, to a ring of the same number or less. */
const rings: readonly (readonly [RegExp, number])[] = [
  [/^machines\//, 0],
  [/^src\/lifecycle\//, 1],
  [/^src\/(conversation|proof)\//, 2],
  [/^src\/log\//, 3],
  [/^src\/(conversations|or-throw)\.ts$/, 4],
  [/^src\/conversations\//, 4],
  [/^src\/(stores|assess|llm|telemetry|testing)\//, 5],
  [/^src\/(server|inspector)\//, 6],
  [/^src\/cli\//, 7],
]
const barrel = 'src/index.ts'
const ringOf = ({ path }: SourceFile) => rings.find(([pattern]) => pattern.test(path))?.[1]
const shipped = sourceFiles.filter(({ path }) => !path.startsWith('test/'))

/** Every import within the library, as importer and imported. */
const edges = shipped.flatMap((from) => importsOf(from).map((to) => ({ from, to })))
const inWords = ({ from, to }: (typeof edges)[number]) => `${from.path} imports ${to.path}`

test('The tree is read: every ring from 0 to 4 has files, and imports are found.', () => {
  expect([0, 1, 2, 3, 4].filter((ring) => !shipped.some((file) => ringOf(file) === ring))).toEqual([])
  expect(edges.map(inWords)).toContain('src/conversation/decide.ts imports src/conversation/judge.ts')
  expect(edges.map(inWords)).toContain('src/conversation/judge.ts imports machines/events.ts')
})

test('Every file of the library belongs to a ring.', () => {
  const homeless = shipped.filter((file) => ringOf(file) === undefined && file.path !== barrel)
  expect(homeless.map(({ path }) => path)).toEqual([])
})

test('Imports point inward only, types included.', () => {
  const outward = edges.filter(({ from, to }) => from.path !== barrel && (ringOf(to) ?? 8) > (ringOf(from) ?? -1))
  expect(outward.map(inWords)).toEqual([])
})

test('Nothing in the library imports its tests.', () => {
  expect(edges.filter(({ to }) => to.path.startsWith('test/')).map(inWords)).toEqual([])
})

test('The barrel exports rings 0 to 4, and the memory store.', () => {
  const offered = edges.filter(({ from }) => from.path === barrel)
  const foreign = offered.filter(({ to }) => (ringOf(to) ?? 8) > 4 && to.path !== 'src/stores/memory.ts')
  expect(foreign.map(inWords)).toEqual([])
})

test('No store imports another.', () => {
  const storeOf = ({ path }: SourceFile) => /^src\/stores\/([^/.]+)/.exec(path)?.[1]
  const across = edges.filter(({ from, to }) => storeOf(from) && storeOf(to) && storeOf(from) !== storeOf(to))
  expect(across.map(inWords)).toEqual([])
})

test("Importing the library's main entry reaches no built-in module of Node, and only packages it depends on.", () => {
  const main = sourceFile(barrel)
  const reached = main ? reachedFrom(main).flatMap((file) => packagesOf(file).map((name) => ({ file, name }))) : []
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const isDependency = (name: string) => Object.keys(dependencies).some((own) => `${name}/`.startsWith(`${own}/`))
  const foreign = reached.filter(({ name }) => isBuiltin(name) || !isDependency(name))
  expect(foreign.map(({ file, name }) => `${file.path} imports ${name}`)).toEqual([])
  expect(reached.length).toBeGreaterThan(0)
})

test('No imports run in a circle.', () => {
  const circles = sourceFiles.filter((file) => importsOf(file).some((next) => reachedFrom(next).includes(file)))
  expect(circles.map(({ path }) => path)).toEqual([])
})

test('No file is 300 lines or longer.', () => {
  const long = sourceFiles.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
  expect(long.filter(({ lines }) => lines >= 300)).toEqual([])
})

// A chapter of tests is no function to be read as one.
const isChapter = (node: ts.Node) =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText())

test('No function is longer than 70 lines.', () => {
  const long = sourceFiles.flatMap((file) =>
    [...nodesOf(file.tree)]
      .filter((node) => ts.isFunctionLike(node) && !isChapter(node) && linesOf(file, node) > 70)
      .map((node) => placeOf(file, node)),
  )
  expect(long).toEqual([])
})

test('Every file says first what it is for.', () => {
  expect(sourceFiles.filter(({ text }) => !/^(#!.*\n)?\/[/*]/.test(text)).map(({ path }) => path)).toEqual([])
})

test('No file or folder is a drawer without a subject.', () => {
  const drawer = /(^|[/.-])(utils?|helpers?|commons?|misc|managers?)([/.-]|$)/
  expect(sourceFiles.map(({ path }) => path).filter((path) => drawer.test(path))).toEqual([])
})

const runners = ['test', 'it', 'describe', 'suite', 'bench']
const passes = ['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails', 'retry']

/** A test that is left out, or the only one, however the call goes on: the chain's first word is the runner's. */
function isLeftOut(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node) || !passes.includes(node.name.text)) return false
  return runners.includes(/^\w+/.exec(node.expression.getText())?.[0] ?? '')
}

test('No test is left out, and none runs alone.', () => {
  const found = sourceFiles.flatMap((file) =>
    [...nodesOf(file.tree)].filter(isLeftOut).map((node) => `${placeOf(file, node)} ${node.getText()}`),
  )
  expect(found).toEqual([])
})

test('No type is given up: nothing is of every type, and nothing is asserted not to be null.', () => {
  const isGivenUp = (node: ts.Node) => node.kind === ts.SyntaxKind.AnyKeyword || ts.isNonNullExpression(node)
  const found = sourceFiles.flatMap((file) =>
    [...nodesOf(file.tree)].filter(isGivenUp).map((node) => placeOf(file, node)),
  )
  expect(found).toEqual([])
})

test('No checker is silenced.', () => {
  const silencer = /@ts-(?:ignore|nocheck)|biome-(?:ignore)|eslint-(?:disable)/
  expect(sourceFiles.filter(({ text }) => silencer.test(text)).map(({ path }) => path)).toEqual([])
})
