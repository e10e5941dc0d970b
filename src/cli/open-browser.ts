/**
 * Opens an address in the user's own browser. It must never go through a shell, nor hand the address to a command: what a
 * command is called with, every user of the machine can read, and the address holds a token. What the command is given is
 * a file that only this user can read, and that leads there.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const openers: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** By then the browser has read it. */
const keptMs = 60_000

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' }
const escaped = (text: string): string => text.replaceAll(/[&"<>]/g, (character) => escapes[character] ?? character)

const leadingTo = (address: string): string => `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${escaped(address)}">
<title>colloquy</title>
<a href="${escaped(address)}">to the inspector</a>
`

/** A file that leads to the address, in a folder of its own; and what removes both. */
function wayTo(address: string) {
  // The folder is made for its owner alone.
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-open-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const file = join(folder, 'inspector.html')
  try {
    writeFileSync(file, leadingTo(address), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    remove()
    throw error
  }
  return { url: pathToFileURL(file).href, remove }
}

function handOver(url: string): Promise<string | undefined> {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    child.once('error', ({ message }) => resolve(message))
    child.once('spawn', () => {
      child.unref()
      resolve(undefined)
    })
  })
}

/**
 * Hands the browser a file that leads to the address, which is gone after a minute, or when the process ends.
 * @returns why it could not be opened, in one line; `undefined` if it was handed over.
 */
export async function openBrowser(address: string): Promise<string | undefined> {
  try {
    const { url, remove } = wayTo(address)
    process.once('exit', remove)
    const fault = await handOver(url)
    if (fault === undefined) setTimeout(remove, keptMs).unref()
    else remove()
    return fault
  } catch (error) {
    return (error as Error).message
  }
}
