/** The tree of sources as the tidiness tests read it: parsed, never executed. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
}

function pathsUnder(folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).sort()
}

function parse(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
}

export const sourceFiles: readonly SourceFile[] = ['machines', 'src', 'test'].flatMap(pathsUnder).map(parse)

const fileAt = new Map(sourceFiles.map((file) => [file.path, file]))

/** The file of this path, if the tree has it. */
export const sourceFile = (path: string): SourceFile | undefined => fileAt.get(path)

/** Every node below this one, and itself. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => {
    children.push(child)
  })
  for (const child of children) yield* nodesOf(child)
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  const isImportCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  return isImportCall ? node.arguments[0] : undefined
}

/** What a file imports or exports on, types and dynamic imports included, as it is written there. */
export const specifiersOf = ({ tree }: SourceFile): readonly string[] =>
  [...nodesOf(tree)].flatMap((node) => {
    const specifier = specifierOf(node)
    return specifier && ts.isStringLiteral(specifier) ? [specifier.text] : []
  })

function asSource(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith('#machines/')) return specifier.slice(1)
  return specifier.startsWith('.') ? relative(root, resolve(root, dirname(importer), specifier)) : undefined
}

const imports = new Map(
  sourceFiles.map((file) => [
    file,
    specifiersOf(file).flatMap((specifier) => {
      const path = asSource(specifier, file.path)?.replaceAll('\\', '/').replace(/\.js$/, '.ts')
      return (path !== undefined && fileAt.get(path)) || []
    }),
  ]),
)

/** The files of the tree that a file imports. */
export const importsOf = (file: SourceFile): readonly SourceFile[] => imports.get(file) ?? []

/** What a file imports from outside of the tree. */
export const packagesOf = (file: SourceFile): readonly string[] =>
  specifiersOf(file).filter((specifier) => asSource(specifier, file.path) === undefined)

/** A file and all that it reaches by imports. */
export function reachedFrom(file: SourceFile): readonly SourceFile[] {
  const found = new Set([file])
  for (const one of found) for (const imported of importsOf(one)) found.add(imported)
  return [...found]
}

/** `path:line` of a node, as editors take it. */
export function placeOf(file: SourceFile, node: ts.Node): string {
  return `${file.path}:${file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1}`
}

/** How many lines a node takes. */
export function linesOf(file: SourceFile, node: ts.Node): number {
  const lineAt = (position: number) => file.tree.getLineAndCharacterOfPosition(position).line
  return lineAt(node.getEnd()) - lineAt(node.getStart(file.tree)) + 1
}
