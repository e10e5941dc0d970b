#!/usr/bin/env node
/** The command line. Each command has a file of its own; this one only gathers them. */
import { Command, CommanderError } from 'commander'
import { addAudit } from './audit.js'
import { addBacktest } from './backtest.js'
import { addChart } from './chart.js'
import { addDemo } from './demo.js'
import { tell } from './exit.js'
import { addExport } from './export.js'
import { addImport } from './import.js'
import { addInspect } from './inspect.js'
import { addLs } from './ls.js'
import { visible } from './paint.js'
import { addQueue } from './queue.js'
import { addReplay } from './replay.js'
import { addRestore } from './restore.js'
import { addRetain } from './retain.js'
import { addServe } from './serve.js'
import { addShow } from './show.js'
import { addVerify } from './verify.js'

const usageExitCode = 2

// A reader that has seen enough (`| head`) closes the pipe: that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

const oneLine = (text: string): string =>
  visible(
    text
      .trim()
      .replace(/^error: /, '')
      .replaceAll('\n', ' '),
  )

const program = new Command('colloquy')
  .description('Govern when an assistant may end a chat: the model asks, the machine decides, the log remembers.')
  // One line, whatever commander has to add to it.
  .configureOutput({ outputError: (text, write) => write(`colloquy: ${oneLine(text)} (add --help for usage)\n`) })
  .exitOverride()

const onDatabases = [addImport, addShow, addLs, addQueue, addAudit, addExport, addRestore, addRetain]
for (const add of [addReplay, ...onDatabases, addBacktest, addChart, addVerify, addDemo, addServe, addInspect])
  add(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : usageExitCode
  else tell(error)
}
