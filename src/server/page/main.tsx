/** The page at `/`: what an end user sees of a chat that Colloquy governs. */
import { render } from 'preact'
import { Chat } from './chat.js'
import { start } from './session.js'

const page = document.getElementById('page')
if (page) render(<Chat />, page)
void start()
