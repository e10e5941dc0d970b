/** The events of one streamed message, put together. It trusts no event to be what the API promises. */
import type { Finish } from '../finish.js'
import { fieldsOf, inputIn, textIn } from '../network-shapes.js'
import type { Said } from '../said.js'
import { finishFor, saidInBlock } from './wire.js'

type Fields = { readonly [field: string]: unknown }

/** Fields of a block that come in pieces, by the kind of the piece, which bears the field's name. */
const pieces: { readonly [delta: string]: string } = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'signature',
}

export class StreamedMessage {
  /** The blocks that are whole, as they would go back. */
  readonly blocks: Fields[] = []
  stopReason = ''
  private open: Fields = {}
  private json = ''

  /** What an event adds to what was said: text in pieces, all else once it is whole. */
  take(event: unknown): readonly (Said | Finish)[] {
    const { type, content_block: block, delta } = fieldsOf(event)
    switch (type) {
      case 'content_block_start':
        return this.start(fieldsOf(block))
      case 'content_block_delta':
        return this.grow(fieldsOf(delta))
      case 'content_block_stop':
        return this.stop()
      case 'message_delta':
        this.stopReason = textIn(fieldsOf(delta).stop_reason) || this.stopReason
        return []
      case 'message_stop':
        return [finishFor(this.stopReason)]
      case 'error':
        throw new Error('the provider broke the stream off', { cause: event })
      default:
        return []
    }
  }

  private start(block: Fields): readonly Said[] {
    this.open = block
    this.json = ''
    return this.textOf(textIn(block.text))
  }

  private grow(delta: Fields): readonly Said[] {
    if (delta.type === 'input_json_delta') this.json += textIn(delta.partial_json)
    const field = pieces[textIn(delta.type)]
    if (field === undefined) return []
    const piece = textIn(delta[field])
    this.open = { ...this.open, [field]: textIn(this.open[field]) + piece }
    return field === 'text' ? this.textOf(piece) : []
  }

  private textOf(text: string): readonly Said[] {
    return this.open.type === 'text' && text !== '' ? [{ kind: 'text', text }] : []
  }

  private stop(): readonly Said[] {
    const { input, isBroken } = this.json === '' ? { input: this.open.input, isBroken: undefined } : inputIn(this.json)
    const block = input === undefined ? this.open : { ...this.open, input }
    this.blocks.push(block)
    this.open = {}
    const said = saidInBlock(block)
    if (!said || said.kind === 'text') return []
    return [said.kind === 'call' && isBroken ? { ...said, isBroken } : said]
  }
}
