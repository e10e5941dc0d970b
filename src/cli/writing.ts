/** Writing to a file that the user named: what the file system refuses is theirs to mend, and told in one line. */
import { InputError } from './exit.js'
import { quoted } from './paint.js'

const reasons: { readonly [code: string]: string } = {
  EEXIST: 'there is such a file already',
  ENOENT: 'there is no such folder',
  EACCES: 'no permission to write it',
  ENOSPC: 'no space left',
}

/** The task's answer; throws `InputError` for what the file system refused. @param path the file as the user named it. */
export async function writing<A>(path: string, task: () => Promise<A>): Promise<A> {
  try {
    return await task()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new InputError(`cannot write ${quoted(path)}: ${reasons[code] ?? message}`)
  }
}
