/**
 * How fast the inspector's page opens and scrubs a conversation of 100,000 events with 1,000 branches: figures from the
 * browser's own trace. The log is served ready-made, so what is measured is the page's part, not a database's.
 * `npm run bench -- inspector`; wants a build, and Debian's chromium.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

const events = Number(process.env.COLLOQUY_EVENTS ?? 100_000)
const branches = Number(process.env.COLLOQUY_BRANCHES ?? 1_000)
const conversationId = 'large'
const scrubMs = 5_000
const page = new URL('../dist/inspector/page/', import.meta.url)

/** A conversation of turns, cut anew at an earlier message every so often, each branch going on for its share. */
function* conversation() {
  const policy = {
    redirections: 3,
    warnings: 1,
    calmTurns: 2,
    handshake: false,
    userMayEnd: true,
    riskClearedBy: ['operator'],
  }
  yield ['conversation.opened', 'system', { threadId: 'main', policy }]
  const said = []
  let thread = 'main'
  const each = Math.floor(events / (branches + 1))
  for (let branch = 0, count = 0; ; branch++) {
    for (let turn = 0; turn < each - 1; turn += 3) {
      const messageId = `m${count++}`
      const harm = count % 11 === 3 ? 'harmful' : 'none'
      const content = `What the user says in turn ${count}, at about the usual length of such a message.`
      yield ['message.received', 'user', { threadId: thread, messageId, content }]
      yield ['message.assessed', 'assessor', { threadId: thread, messageId, harm, risk: null }]
      yield ['message.sent', 'assistant', { threadId: thread, messageId: `a${count}`, content, purpose: 'reply' }]
      said.push({ threadId: thread, messageId })
    }
    const from = said[(branch * 7_919) % said.length]
    thread = `branch-${branch + 1}`
    const edit = { messageId: `e${branch}`, content: 'the same, said otherwise' }
    yield ['thread.forked', 'user', { threadId: thread, from, edit }]
  }
}

function log() {
  const lines = []
  for (const [type, kind, data] of conversation()) {
    const version = lines.length + 1
    const recordedAt = new Date(Date.UTC(2026, 0, 1) + version * 1_000).toISOString()
    const event = {
      id: `event-${version}`,
      conversationId,
      version,
      schema: 1,
      recordedAt,
      type,
      actor: { kind },
      data,
    }
    lines.push(JSON.stringify({ event, hash: version.toString(16).padStart(64, '0') }))
    if (version === events) return lines
  }
  return lines
}

function serve(text) {
  const kinds = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://here').pathname
    if (path.endsWith('/log')) response.end(text)
    else if (path.endsWith('/live')) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    else if (path.startsWith('/api/')) response.end('{"database":"bench"}')
    else {
      const name = path === '/' ? 'index.html' : path.slice(1)
      response.writeHead(200, { 'content-type': kinds[name.split('.').pop()] }).end(readFileSync(new URL(name, page)))
    }
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** In the page: moves the slider at every frame, back and forth over the whole log; answers the frames that were given. */
async function scrub({ milliseconds, last }) {
  const slider = document.querySelector('input[type=range]')
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set
  let frames = 0
  const start = performance.now()
  await new Promise((resolve) => {
    const step = (now) => {
      frames += 1
      const way = ((now - start) / milliseconds) * 4
      set.call(slider, String(1 + Math.round((last - 1) * Math.abs((way % 2) - 1))))
      slider.dispatchEvent(new Event('input', { bubbles: true }))
      if (now - start < milliseconds) requestAnimationFrame(step)
      else resolve()
    }
    requestAnimationFrame(step)
  })
  return frames
}

/** In the page: scrolls the log as a hand would, some rows at every frame, from its end upwards; answers what `scrub` does, and frames in which a seen row was not drawn. */
async function scroll({ milliseconds, pixels }) {
  const list = document.querySelector('.pane-log .virtual')
  let frames = 0
  let bare = 0
  const start = performance.now()
  await new Promise((resolve) => {
    const step = (now) => {
      frames += 1
      const { top, bottom } = list.getBoundingClientRect()
      const rows = [...list.querySelectorAll('.virtual-row')].map((row) => row.getBoundingClientRect())
      if (Math.min(...rows.map((row) => row.top)) > top || Math.max(...rows.map((row) => row.bottom)) < bottom)
        bare += 1
      list.scrollTop -= pixels
      if (now - start < milliseconds) requestAnimationFrame(step)
      else resolve()
    }
    requestAnimationFrame(step)
  })
  return { frames, bare }
}

/** The main thread's tasks in a trace, in milliseconds, longest first: those of the thread that ran our script. */
function tasksIn(trace) {
  const { traceEvents } = JSON.parse(trace)
  const ours = traceEvents.find(({ name }) => name === 'FireAnimationFrame')
  const tasks = traceEvents.filter(
    ({ name, pid, tid, dur }) => name.endsWith('RunTask') && dur && pid === ours?.pid && tid === ours?.tid,
  )
  const drawn = traceEvents.filter(({ name, pid }) => name === 'DrawFrame' && pid === ours?.pid).length
  return { drawn, ms: tasks.map(({ dur }) => dur / 1_000).sort((a, b) => b - a) }
}

const executablePath = '/usr/bin/chromium'
if (!existsSync(executablePath)) {
  console.log('left out: no chromium is here')
  process.exit(0)
}
const lines = log()
const server = await serve(`${lines.join('\n')}\n`)
const browser = await chromium.launch({
  executablePath,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
const tab = await browser.newPage({ viewport: { width: 1280, height: 720 } })
await tab.goto(`http://127.0.0.1:${server.address().port}/`)
const opened = performance.now()
await tab.goto(`http://127.0.0.1:${server.address().port}/?again#conversation=${conversationId}`)
await tab.waitForFunction(
  (all) => document.querySelector('.moment')?.textContent?.includes(`version ${all} of ${all}`),
  events,
)
const openMs = await tab.evaluate(() => performance.now())
console.log(`${events} events, ${branches} branches, ${(lines.join('').length / 1e6).toFixed(1)} MB of log`)
console.log(
  `open to the last version shown: ${openMs.toFixed(0)} ms in the page, ${(performance.now() - opened).toFixed(0)} ms from here`,
)
await tab.evaluate(scrub, { milliseconds: 1_000, last: events })
await browser.startTracing(tab, {
  categories: [
    'toplevel',
    'devtools.timeline',
    'disabled-by-default-devtools.timeline',
    'disabled-by-default-devtools.timeline.frame',
  ],
})
const frames = await tab.evaluate(scrub, { milliseconds: scrubMs, last: events })
const { drawn, ms } = tasksIn((await browser.stopTracing()).toString())
const at = (share) => (ms[Math.floor(ms.length * share)] ?? 0).toFixed(1)
console.log(
  `scrubbing for ${scrubMs / 1_000} s: ${((frames * 1_000) / scrubMs).toFixed(1)} frames a second given to the page, ${((drawn * 1_000) / scrubMs).toFixed(1)} drawn`,
)
console.log(
  `tasks of the main thread: longest ${at(0)} ms, ${ms.filter((task) => task > 1_000 / 60).length} of ${ms.length} over a frame's 16.7 ms`,
)
for (const pixels of [48, 480]) {
  const { frames: scrolled, bare } = await tab.evaluate(scroll, { milliseconds: scrubMs, pixels })
  console.log(
    `scrolling the log by ${pixels} pixels a frame: ${((scrolled * 1_000) / scrubMs).toFixed(1)} frames a second, ${bare} of ${scrolled} with a row still to be drawn`,
  )
}
await browser.close()
server.closeAllConnections()
server.close()
