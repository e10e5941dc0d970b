/** After an end nobody is locked out: an earlier message can be edited, and a new thread begins there (SPEC R9). */
import { assistant, fine, type Story, user } from '../story.js'

export const secondChance: Story = {
  name: 'second-chance',
  title: 'An edit after the end',
  about:
    'Back to the conversation about the bakery. Its thread stays ended; the first message is edited, and a new thread begins with a clean slate.',
  continues: 'persistent-harm',
  threadId: 'second-chance',
  steps: [
    {
      does: 'edit',
      cut: { threadId: 'main', messageId: 'main-1' },
      text: 'The bakery next door starts its mixer at four every night. Help me write to them without starting a war.',
      judged: fine,
    },
    assistant(
      'Gladly. Perhaps: "Dear neighbours, your bread is good and your mixer is loud. It wakes us at four. Could it stand by the other wall, or start at six? I would like to talk about it over a coffee." Is that close to what you want to say?',
    ),
    user('That is what I wanted to say all along. Thank you.'),
    assistant('I hope that they say yes, and that you sleep.'),
  ],
  reaches: { lifecycle: 'engaging', risk: 'clear' },
}
