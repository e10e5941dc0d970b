/** A user may ask to end: the assistant first asks whether they mean it, and ends only when they say so (SPEC R7). */
import { assistant, end, type Story, user } from '../story.js'

export const farewell: Story = {
  name: 'farewell',
  title: 'An end that the user asks for',
  about: 'The model is asked to close the chat for good and would do so at once. First the user has to confirm.',
  threadId: 'main',
  steps: [
    user(
      'I talk to you every night instead of sleeping. Please close this chat for good, so that I stop reopening it.',
    ),
    { does: 'requestEnd', reason: 'Wants to stop coming back to this chat at night.' },
    end('user-request', 'The user asked for it.'),
    assistant(
      'That is a kind thing to do for yourself. If I close this conversation, it is for good: nobody can write in it again, though you can begin a new one whenever you want. Shall I?',
      'confirmation',
    ),
    end('user-request', 'I asked, and that should do.'),
    user('Yes. Please do. Good night.'),
    { does: 'confirmEnd' },
    end('user-request', 'The user asked for the end and confirmed it.'),
  ],
  reaches: { lifecycle: 'ended', risk: 'clear' },
}
