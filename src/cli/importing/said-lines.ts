/** The lines of a source that say something, of any length that a whole conversation may have. */
import { type Line, LineSplitter } from '../line-splitter.js'

/** A whole conversation stands on a line, so a line may be longer than an event's. */
export const conversationBytesMax = 64 * 1_048_576

const blanks = Buffer.from(' \t\r')
const isBlank = ({ bytes }: Line): boolean => bytes?.every((byte) => blanks.includes(byte)) ?? false

/** Every line that is not blank; each is to be read before the next is taken. */
export async function* saidLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const splitter = new LineSplitter(0, conversationBytesMax)
  for await (const chunk of chunks) for (const line of splitter.push(chunk)) if (!isBlank(line)) yield line
  for (const line of splitter.end()) if (!isBlank(line)) yield line
}
