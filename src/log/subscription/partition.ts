/**
 * Which partition of a group a conversation belongs to, and where partitions are kept. Both are storage format: they must
 * never change, or a conversation would be handled from two checkpoints.
 */

export const partitionsMax = 256
/** UTF-8 bytes of a group's name, so that the keys of its registers fit. */
export const groupBytesMax = 256

const utf8 = new TextEncoder()

/** FNV-1a over the id's UTF-8 bytes, in 32 bits, its halves folded so that the low bits are as good as the high ones. */
function hashOf(conversationId: string): number {
  let hash = 0x811c9dc5
  for (const byte of utf8.encode(conversationId)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The partition of a conversation, from 0. */
export const partitionOf = (conversationId: string, partitions: number): number => hashOf(conversationId) % partitions

/** Where a group's settings are kept. */
export const groupKey = (group: string): string => `subscription/group/${group}`

/** Where a partition's lease and checkpoint are kept; the number stands first, so that no group's name can be taken for it. */
export const partitionKey = (group: string, partition: number): string => `subscription/partition/${partition}/${group}`
