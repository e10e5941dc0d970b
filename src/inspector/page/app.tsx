/** The whole page: the list of conversations, or one of them in four panes that move together. */
import type { ComponentChildren } from 'preact'
import { visible } from '../../log/visible-text.js'
import { emptyView, fragmentOf, type Pane, panes } from '../address.js'
import { ChartPane, ChartTools } from './chart-pane.js'
import { ConversationList } from './conversation-list.js'
import { ExportMenu } from './export-menu.js'
import { KeysSwitch, useKeys } from './keys.js'
import { LogFilters, LogPane } from './log-pane.js'
import { Scrubber } from './scrubber.js'
import { about, go, progress, refusal, scratch, shown, view } from './session.js'
import { otherTheme, theme } from './theme.js'
import { ThreadsPane, ThreadTools } from './threads-pane.js'
import { WhyPane } from './why-pane.js'

const titles: { readonly [P in Pane]: string } = {
  chart: 'Statechart',
  why: 'Why / what if',
  log: 'Log',
  threads: 'Threads',
}

interface PaneFrameProps {
  readonly pane: Pane
  /** What stands beside the title: a pane's tools take no line of their own. */
  readonly tools?: ComponentChildren
  readonly children: ComponentChildren
}

function PaneFrame({ pane, tools, children }: PaneFrameProps) {
  const isWhole = view.value.pane === pane
  const isHidden = view.value.pane !== undefined && !isWhole
  return (
    <section
      class={`pane pane-${pane} ${isWhole ? 'is-whole' : ''} ${isHidden ? 'is-hidden' : ''}`}
      aria-labelledby={`title-${pane}`}
      tabIndex={-1}
    >
      <header>
        <h2 id={`title-${pane}`}>{titles[pane]}</h2>
        {tools}
        <button
          type="button"
          class="quiet"
          aria-pressed={isWhole}
          aria-label={`${titles[pane]} alone`}
          title="This pane alone"
          onClick={() => go({ pane: isWhole ? undefined : pane })}
        >
          <span aria-hidden="true">{isWhole ? '⊟' : '⊞'}</span>
        </button>
      </header>
      {children}
    </section>
  )
}

/** On a narrow page one pane is seen at a time. */
function PaneChoice() {
  const chosen = view.value.pane ?? 'why'
  return (
    <nav class="pane-choice" aria-label="Panes">
      {panes.map((pane) => (
        <button key={pane} type="button" aria-pressed={pane === chosen} onClick={() => go({ pane })}>
          {titles[pane]}
        </button>
      ))}
    </nav>
  )
}

function Heading() {
  const { conversation } = view.value
  return (
    <header class="heading">
      <h1>
        {conversation === undefined ? (
          'Conversations'
        ) : (
          <>
            <a href={fragmentOf(emptyView)} title={`All conversations of ${about.value?.database ?? 'the database'}`}>
              <span aria-hidden="true">☰</span> <span class="crumb-all">Conversations</span>
            </a>
            <span class="crumb" title={visible(conversation)}>
              {visible(conversation)}
            </span>
          </>
        )}
      </h1>
      {conversation === undefined ? <span class="about">{about.value?.database}</span> : <Scrubber />}
      {conversation !== undefined && <ExportMenu />}
      {conversation !== undefined && <KeysSwitch />}
      <button
        type="button"
        onClick={otherTheme}
        aria-label={`Show in ${theme.value === 'dark' ? 'light' : 'dark'} colours`}
      >
        <span aria-hidden="true">{theme.value === 'dark' ? '☀' : '☾'}</span>
      </button>
    </header>
  )
}

function Notices() {
  const { whatIf } = view.value
  const tried = scratch.value
  return (
    <div class="notices" aria-live="polite" tabIndex={-1}>
      {refusal.value && (
        <p class="notice is-wrong">
          ⚠ {refusal.value.message} ({refusal.value.code})
        </p>
      )}
      {tried && (
        <p class="notice is-scratch">
          What if: {tried.tried} {tried.tried === 1 ? 'event' : 'events'} tried after version {tried.from}, on a scratch
          copy. Nothing is written.{' '}
          <button type="button" disabled={!whatIf?.length} onClick={() => go({ whatIf: whatIf?.slice(0, -1) })}>
            take back the last
          </button>{' '}
          <button type="button" onClick={() => go({ whatIf: undefined })}>
            leave
          </button>
        </p>
      )}
    </div>
  )
}

function Inspected() {
  if (shown.value.timeline.version === 0) {
    return (
      <p class="empty" role="status">
        {progress.value === 'loading' && 'Loading the log…'}
        {refusal.value?.code === 'not-opened' && 'There is no such conversation here.'}
      </p>
    )
  }
  return (
    <>
      <PaneChoice />
      <main class={`panes ${view.value.pane ? 'is-one' : ''}`}>
        <PaneFrame pane="chart" tools={<ChartTools />}>
          <ChartPane />
        </PaneFrame>
        <PaneFrame pane="why">
          <WhyPane />
        </PaneFrame>
        <PaneFrame pane="log" tools={<LogFilters />}>
          <LogPane />
        </PaneFrame>
        <PaneFrame pane="threads" tools={<ThreadTools />}>
          <ThreadsPane />
        </PaneFrame>
      </main>
    </>
  )
}

export function App() {
  useKeys()
  const { conversation } = view.value
  return (
    <div class="app">
      <Heading />
      <Notices />
      {conversation === undefined ? <ConversationList /> : <Inspected />}
    </div>
  )
}
