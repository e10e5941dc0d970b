/**
 * A thread in Promela, Spin's language: every event that the machine accepts can come at any time, and an observer hears
 * it. Written by hand from SPEC, on purpose without a look at `history.ts` and `invariants.ts`, since it is here to
 * disagree with them. It must never say what the machine does: that is read off the chart (`promela.ts`).
 */

/** What an observer of the events knows, who has read SPEC §1 and nothing of the chart. */
const observer = `
/* The observer. What it knows comes from events that were accepted, never from the machine. */
byte unassessed = 0;   /* user messages that no assessment spoke for: none, one, or more */
bool at_risk = 0;      /* the person was said to be at risk, and nobody cleared it since */
bool harmed = 0;       /* the last that is known of the user's words is harm, not taken back by an edit */
bool redirected = 0;   /* that harm was answered by a redirection, whose fate is open */
byte failed = 0;       /* redirections that harm followed, since risk or C harmless assessments in a row */
byte calm = 0;         /* harmless assessments in a row */
bool warned = 0;       /* the last warning's fate is open */
byte defied = 0;       /* warnings that harm followed, none harmless since */

inline the_user_wrote() {
  if :: unassessed < 2 -> unassessed++ :: else fi
}
/* A clean slate: what was done before counts no more (R5). */
inline a_risk_was_seen() {
  at_risk = 1; harmed = 0; redirected = 0; failed = 0; calm = 0; warned = 0; defied = 0
}
inline harm_was_seen() {
  if
  :: at_risk -> skip
  :: else ->
    harmed = 1; calm = 0;
    if :: redirected && failed < redirections -> failed++ :: else fi;
    redirected = 0;
    if :: warned && defied < warnings -> defied++ :: else fi;
    warned = 0
  fi
}
inline calm_was_seen() {
  if
  :: at_risk -> skip
  :: else ->
    harmed = 0; redirected = 0; warned = 0; defied = 0;
    if :: calm < calm_turns -> calm++ :: else fi;
    if :: calm == calm_turns -> failed = 0 :: else fi
  fi
}
/* The last message was replaced: what came of it is not on the new line. */
inline the_user_took_it_back() {
  harmed = 0; redirected = 0; warned = 0; defied = 0; the_user_wrote()
}
`

/** One step an event, whole: the claims look at every step, and must not see half of one. */
const thread = `
active proctype thread() {
  do
  :: d_step { can(message_received) -> happens(message_received); the_user_wrote() }
  :: d_step { unassessed > 0 && can(message_assessed_none) -> happens(message_assessed_none);
      unassessed = 0; calm_was_seen() }
  :: d_step { unassessed > 0 && can(message_assessed_harmful) -> happens(message_assessed_harmful);
      unassessed = 0; harm_was_seen() }
  :: d_step { unassessed > 0 && can(message_assessed_risk) -> happens(message_assessed_risk);
      unassessed = 0; a_risk_was_seen() }
  /* An earlier message than the latest: there are two at least, and the latest stays open. */
  :: d_step { unassessed > 1 && can(message_assessed_none_not_latest) ->
      happens(message_assessed_none_not_latest); calm_was_seen() }
  :: d_step { unassessed > 1 && can(message_assessed_harmful_not_latest) ->
      happens(message_assessed_harmful_not_latest); harm_was_seen() }
  :: d_step { unassessed > 1 && can(message_assessed_risk_not_latest) ->
      happens(message_assessed_risk_not_latest); a_risk_was_seen() }
  :: d_step { can(assessment_failed) -> happens(assessment_failed) }
  :: d_step { can(message_sent_reply) -> happens(message_sent_reply) }
  :: d_step { can(message_sent_redirection) -> happens(message_sent_redirection); redirected = harmed }
  :: d_step { can(message_sent_warning) -> happens(message_sent_warning); warned = 1 }
  :: d_step { can(message_sent_support) -> happens(message_sent_support) }
  :: d_step { can(message_sent_confirmation) -> happens(message_sent_confirmation) }
  :: d_step { can(risk_flagged) -> happens(risk_flagged); a_risk_was_seen() }
  :: d_step { can(risk_cleared_user) -> happens(risk_cleared_user); at_risk = 0 }
  :: d_step { can(risk_cleared_assistant) -> happens(risk_cleared_assistant); at_risk = 0 }
  :: d_step { can(risk_cleared_assessor) -> happens(risk_cleared_assessor); at_risk = 0 }
  :: d_step { can(risk_cleared_operator) -> happens(risk_cleared_operator); at_risk = 0 }
  :: d_step { can(risk_cleared_system) -> happens(risk_cleared_system); at_risk = 0 }
  :: d_step { can(end_requested) -> happens(end_requested) }
  :: d_step { can(end_confirmed) -> happens(end_confirmed) }
  :: d_step { can(end_withdrawn) -> happens(end_withdrawn) }
  :: d_step { can(end_proposed) -> happens(end_proposed) }
  :: d_step { can(end_declined) -> happens(end_declined) }
  :: d_step { can(thread_ended_persistent_harm) -> happens(thread_ended_persistent_harm) }
  :: d_step { can(thread_ended_user_request) -> happens(thread_ended_user_request) }
  :: d_step { can(thread_forked_edit) -> happens(thread_forked_edit); the_user_took_it_back() }
  :: d_step { can(thread_forked_retry) -> happens(thread_forked_retry) }
  :: d_step { can(feedback_given) -> happens(feedback_given) }
  :: d_step { can(welfare_noted) -> happens(welfare_noted) }
  :: d_step { can(content_erased) -> happens(content_erased) }
  od
}
`

/** What claims may speak of, in words. Each is read off an event, the machine's state, or the observer. */
const vocabulary = `
/* Events. */
#define was(e)         (event == e)
#define user_writes    was(message_received)
#define harmless       (was(message_assessed_none) || was(message_assessed_none_not_latest))
#define harmful        (was(message_assessed_harmful) || was(message_assessed_harmful_not_latest))
#define risk_seen      (was(message_assessed_risk) || was(message_assessed_risk_not_latest) || was(risk_flagged))
#define redirects      was(message_sent_redirection)
#define warns          was(message_sent_warning)
#define asks_to_confirm was(message_sent_confirmation)
#define speaks         (event >= message_sent_reply && event <= message_sent_confirmation)
#define clears         (event >= risk_cleared_user && event <= risk_cleared_system)
#define requests       was(end_requested)
#define confirms       was(end_confirmed)
#define withdraws      was(end_withdrawn)
#define proposes       was(end_proposed)
#define edits          was(thread_forked_edit)
#define retries        was(thread_forked_retry)
#define ends_for_harm  was(thread_ended_persistent_harm)
#define ends_as_asked  was(thread_ended_user_request)
#define ends           (ends_for_harm || ends_as_asked)
#define touches_no_end (was(risk_flagged) || clears || was(end_declined) || was(feedback_given) || was(welfare_noted) || was(content_erased))
#define begins         was(nothing)

/* The machine's state. */
#define is_engaging    (lifecycle == engaging)
#define is_forked      (lifecycle == forked)
#define redirection_due (lifecycle == redirecting_due)
#define warning_is_due (lifecycle == warning_due)
#define is_ended       (lifecycle == ended)
`

export const promelaThread = { observer, thread, vocabulary } as const
