/** What a back-test takes for granted. Printed on every report: whoever reads its figures must know what they rest on. */

export const assumptions: readonly string[] = [
  'The users say what they said, whatever the assistant would have answered: nobody is calmed by a redirection, or provoked by a warning.',
  'The assistant does at once, and well, what the guidance says, and ends as soon as it may. A real one may go on instead, so fewer would end.',
  'The assistant has its turn where it had one in the past, and after a last message of the user that nothing follows. Two messages of the user in a row are answered once.',
  'What was assessed then is taken as it is, or by the thresholds named, and was known before the assistant answered. A message that nobody assessed stays unassessed, which holds back every end.',
  'Risk, once shown, stays for the whole conversation: the sources do not tell when somebody cleared it.',
  'No user asks to end: the sources do not tell of it.',
  'A message beside another one is a branch as Colloquy forks: an edit beside a message of the user, a retry beside one of the assistant. What follows an end on its line was never said; branches cut before it are.',
  'Held back counts the first veto at each turn that answers a message not assessed as harmless, as if the assistant had tried to end there.',
  'Intervals are Wilson’s, at 95 %; they take conversations for independent of each other, and drawn like those to come.',
  'In the tables one thing is changed at a time, redirections and warnings together; a threshold is that of every harm label at once.',
]
