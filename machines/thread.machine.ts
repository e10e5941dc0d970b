/**
 * The law: the life of one thread (SPEC §4) as one XState statechart. Every lifecycle rule stands in this folder and
 * nowhere else; the rest of the library asks.
 *
 * How to read it. Four regions run side by side. An event is accepted if some region moves, or if the fallbacks at the
 * root accept it as neutral (`accept`). A fallback with `meta.refuses` has neither target nor action, which XState
 * calls a forbidden transition: the event is not accepted, and `refuses` is its code (`veto`: the first veto, see
 * `vetoes.ts`). XState asks a region's own transitions before the root's, so a refusal speaks only where no rule
 * allowed the event. Tags name what a state puts in the way of an end.
 *
 * It must stay plain: no clock, no randomness, no closure over state; every guard and action named.
 */
import { produce } from 'immer'
import { and, assign, not, or, setup, stateIn } from 'xstate'
import type { Ground, Policy } from './events.js'
import { conjunctions, places, predicates, type Refusal, type ThreadContext, type ThreadEvent } from './guards.js'

type Counters = { -readonly [K in 'failures' | 'ignored' | 'calm']: number }

const count = (recipe: (counters: Counters, policy: Policy) => void) =>
  assign<ThreadContext, ThreadEvent, undefined, ThreadEvent, never>(({ context }) =>
    produce(context, (draft) => recipe(draft, context.policy)),
  )

export const threadMachine = setup({
  types: {
    context: {} as ThreadContext,
    events: {} as ThreadEvent,
    input: {} as { policy: Policy },
    meta: {} as { refuses: Refusal },
    tags: {} as `${'any' | Ground}:${string}`,
  },
  guards: {
    // Where the thread is.
    isEnded: stateIn(places.ended),
    isOpen: not('isEnded'),
    riskIsClear: stateIn(places.riskClear),
    riskIsFlagged: not('riskIsClear'),
    isAssessed: stateIn(places.assessed),
    endIsConfirmed: stateIn(places.endConfirmed),
    confirmationIsDue: or([stateIn(places.endRequested), stateIn(places.endAsked)]),
    warningsAreIgnored: stateIn(places.warningsIgnored),
    isProposedIfNeeded: or(['handshakeIsOff', stateIn(places.endProposed)]),
    handshakeIsOff: not('handshakeIsOn'),
    userMayNotEnd: not('userMayEnd'),
    mayNotClearRisk: not('mayClearRisk'),
    ...predicates,
    // Several at once; their clauses stand above.
    showsRisk: and(conjunctions.showsRisk),
    showsHarm: and(conjunctions.showsHarm),
    showsHarmAtTheLimit: and(conjunctions.showsHarmAtTheLimit),
    showsHarmAfterLastRedirection: and(conjunctions.showsHarmAfterLastRedirection),
    showsHarmAfterLastWarning: and(conjunctions.showsHarmAfterLastWarning),
    showsCalm: and(conjunctions.showsCalm),
    settlesAssessment: and(conjunctions.settlesAssessment),
    mayWarn: and(conjunctions.mayWarn),
    asksToConfirm: and(conjunctions.asksToConfirm),
    confirmsWhenDue: and(conjunctions.confirmsWhenDue),
    speaksWithinRules: or(['isPlain', 'confirmsWhenDue']),
    mayRequestEnd: and(conjunctions.mayRequestEnd),
    mayProposeEnd: and(conjunctions.mayProposeEnd),
    mayEndForHarm: and(conjunctions.mayEndForHarm),
    mayEndAsAsked: and(conjunctions.mayEndAsAsked),
    isFork: and(conjunctions.isFork),
    warnsAtRisk: and(conjunctions.warnsAtRisk),
  },
  actions: {
    // XState takes a transition without target or action for a forbidden one; neutral events need an action to stand.
    accept: () => {},
    noteHarm: count((counters) => {
      counters.calm = 0
    }),
    countFailure: count((counters) => {
      counters.failures += 1
      counters.calm = 0
    }),
    countIgnored: count((counters) => {
      counters.ignored += 1
      counters.calm = 0
    }),
    countCalm: count((counters, policy) => {
      counters.ignored = 0
      if (counters.failures === 0) return
      counters.calm += 1
      if (counters.calm < policy.calmTurns) return
      counters.failures = 0
      counters.calm = 0
    }),
    forgetHarm: count((counters) => {
      counters.failures = 0
      counters.ignored = 0
      counters.calm = 0
    }),
    forgetWarnings: count((counters) => {
      counters.ignored = 0
    }),
  },
}).createMachine({
  id: 'thread',
  type: 'parallel',
  context: ({ input }) => ({ policy: input.policy, failures: 0, ignored: 0, calm: 0 }),
  states: {
    lifecycle: {
      initial: 'engaging',
      description: 'How far the thread has come: engaging, redirecting, warning, ended, or newly forked.',
      on: {
        'risk.flagged': { guard: 'isOpen', target: '.engaging', actions: 'forgetHarm' },
        'message.assessed': [
          { guard: 'showsRisk', target: '.engaging', actions: 'forgetHarm' },
          { guard: 'showsCalm', target: '.engaging', actions: 'countCalm' },
        ],
        'thread.forked': { guard: 'isFork', target: '.forked', actions: 'forgetWarnings' },
        'thread.ended': { guard: 'mayEndAsAsked', target: '.ended' },
      },
      states: {
        engaging: {
          tags: ['persistent-harm:redirections-remaining'],
          on: {
            'message.assessed': [
              { guard: 'showsHarmAtTheLimit', target: 'warning.due', actions: 'noteHarm' },
              { guard: 'showsHarm', target: 'redirecting.due', actions: 'noteHarm' },
            ],
          },
        },
        forked: {
          description: 'Born from an edited message, which is still to be assessed.',
          tags: ['persistent-harm:redirections-remaining'],
          on: {
            'message.assessed': [
              { guard: 'showsHarmAtTheLimit', target: 'warning.due', actions: 'noteHarm' },
              { guard: 'showsHarm', target: 'redirecting.due', actions: 'noteHarm' },
            ],
            'message.sent': { guard: 'speaksWithinRules', target: 'engaging' },
          },
        },
        redirecting: {
          initial: 'due',
          tags: ['persistent-harm:redirections-remaining'],
          states: {
            due: {
              on: { 'message.sent': { guard: 'isRedirection', target: 'tried' } },
            },
            tried: {
              on: {
                'message.assessed': [
                  {
                    guard: 'showsHarmAfterLastRedirection',
                    target: '#thread.lifecycle.warning.due',
                    actions: 'countFailure',
                  },
                  { guard: 'showsHarm', target: 'due', actions: 'countFailure' },
                ],
              },
            },
          },
        },
        warning: {
          initial: 'due',
          states: {
            due: {
              tags: ['persistent-harm:warning-not-given'],
              on: { 'message.sent': { guard: 'mayWarn', target: 'given' } },
            },
            given: {
              tags: ['persistent-harm:warning-not-ignored'],
              on: {
                'message.assessed': [
                  { guard: 'showsHarmAfterLastWarning', target: 'ignored', actions: 'countIgnored' },
                  { guard: 'showsHarm', target: 'due', actions: 'countIgnored' },
                ],
              },
            },
            ignored: {
              description: 'Every redirection failed and every warning was ignored: ending is permitted.',
              on: { 'thread.ended': { guard: 'mayEndForHarm', target: '#thread.lifecycle.ended' } },
            },
          },
        },
        ended: { type: 'final', tags: ['any:already-ended'] },
      },
    },
    risk: {
      initial: 'clear',
      description: 'Whether the person may be at risk. It belongs to the conversation and reaches every thread.',
      states: {
        clear: {
          on: {
            'risk.flagged': 'flagged',
            'message.assessed': { guard: 'showsRisk', target: 'flagged' },
          },
        },
        flagged: {
          tags: ['any:risk-flagged'],
          on: { 'risk.cleared': { guard: 'mayClearRisk', target: 'clear' } },
        },
      },
    },
    assessment: {
      initial: 'current',
      description: 'Whether the latest user message has been assessed. What has not been assessed is doubt.',
      on: {
        'thread.forked': { guard: 'isFork', target: '.pending' },
      },
      states: {
        current: {
          on: { 'message.received': { guard: 'isOpen', target: 'pending' } },
        },
        pending: {
          tags: ['any:assessment-pending'],
          on: { 'message.assessed': { guard: 'settlesAssessment', target: 'current' } },
        },
      },
    },
    closing: {
      initial: 'none',
      description: "The user's own wish to end, or the assistant's proposal under handshake.",
      on: {
        'risk.flagged': { guard: 'isOpen', target: '.none' },
        'message.assessed': { guard: 'showsRisk', target: '.none' },
        'thread.forked': { guard: 'isFork', target: '.none' },
        'end.proposed': { guard: 'mayProposeEnd', target: '.proposed' },
      },
      states: {
        none: {
          tags: ['user-request:not-requested'],
          on: { 'end.requested': { guard: 'mayRequestEnd', target: 'requested' } },
        },
        requested: {
          tags: ['user-request:not-asked'],
          on: {
            'message.sent': { guard: 'asksToConfirm', target: 'asked' },
            'end.withdrawn': { guard: 'isOpen', target: 'none' },
          },
        },
        asked: {
          tags: ['user-request:not-confirmed'],
          on: {
            'message.sent': { guard: 'asksToConfirm', actions: 'accept' },
            'end.confirmed': { guard: 'isOpen', target: 'confirmed' },
            'end.withdrawn': { guard: 'isOpen', target: 'none' },
          },
        },
        confirmed: {
          on: {
            'message.received': { guard: 'isOpen', target: 'asked' },
            'end.withdrawn': { guard: 'isOpen', target: 'none' },
          },
        },
        proposed: {
          tags: ['user-request:not-requested'],
          on: {
            'message.received': { guard: 'isOpen', target: 'none' },
            'end.requested': { guard: 'mayRequestEnd', target: 'requested' },
          },
        },
      },
    },
  },
  // Asked only when no region moved: first what is refused and why, then what is accepted without effect.
  on: {
    'message.received': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { actions: 'accept' }],
    'message.assessed': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { actions: 'accept' }],
    'assessment.failed': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { actions: 'accept' }],
    'message.sent': [
      { guard: 'isEnded', meta: { refuses: 'ended' } },
      { guard: 'warnsAtRisk', meta: { refuses: 'risk-flagged' } },
      { guard: 'isWarning', meta: { refuses: 'warning-not-due' } },
      { guard: 'isConfirmation', meta: { refuses: 'confirmation-not-due' } },
      { actions: 'accept' },
    ],
    'risk.flagged': { actions: 'accept' },
    'risk.cleared': [
      { guard: 'mayNotClearRisk', meta: { refuses: 'not-permitted' } },
      { meta: { refuses: 'risk-not-flagged' } },
    ],
    'end.requested': [
      { guard: 'isEnded', meta: { refuses: 'ended' } },
      { guard: 'userMayNotEnd', meta: { refuses: 'not-permitted' } },
      { guard: 'riskIsFlagged', meta: { refuses: 'risk-flagged' } },
      { actions: 'accept' },
    ],
    'end.confirmed': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { meta: { refuses: 'not-asked' } }],
    'end.withdrawn': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { meta: { refuses: 'not-requested' } }],
    'end.proposed': [
      { guard: 'isEnded', meta: { refuses: 'ended' } },
      { guard: 'handshakeIsOff', meta: { refuses: 'not-permitted' } },
      { meta: { refuses: 'veto' } },
    ],
    'end.declined': { actions: 'accept' },
    'thread.ended': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { meta: { refuses: 'veto' } }],
    'thread.forked': [{ guard: 'isEnded', meta: { refuses: 'ended' } }, { actions: 'accept' }],
    'feedback.given': { actions: 'accept' },
    'welfare.noted': { actions: 'accept' },
    'content.erased': { actions: 'accept' },
  },
})

export type ThreadMachine = typeof threadMachine
