/** Message trees as Open Assistant writes them, in as few words as a test needs. */
export interface Node {
  readonly message_id: string
  readonly role: string
  readonly text?: unknown
  readonly replies?: unknown
  readonly [field: string]: unknown
}

const node =
  (role: string) =>
  (id: string, replies: readonly Node[] = [], more: { readonly [field: string]: unknown } = {}): Node => ({
    message_id: id,
    role,
    text: `text of ${id}`,
    replies,
    ...more,
  })

export const prompter = node('prompter')
export const assistant = node('assistant')

export const tree = (prompt: unknown, id = 'tree'): { readonly message_tree_id: string; readonly prompt: unknown } => ({
  message_tree_id: id,
  prompt,
})

/** `toxicity` at 0.9, as people's labels stand on a message. */
export const labelled = (labels: { readonly [name: string]: number }): { readonly labels: object } => ({
  labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, { value, count: 3 }])),
})

/** The text of a tree that goes on by one reply after another: built as text, for writing it would need its depth in stack. */
export function deepTreeText(depth: number): string {
  const opening = Array.from({ length: depth }, (_, place) => {
    const role = place % 2 === 0 ? 'prompter' : 'assistant'
    return `{"message_id":"m${place}","role":"${role}","text":"t","replies":[`
  })
  return `{"message_tree_id":"deep","prompt":${opening.join('')}${']}'.repeat(depth)}}`
}
