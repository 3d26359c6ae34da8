// SPDX-License-Identifier: BSD-2-Clause
// Questions to a person at a terminal. The package that asks is loaded with the first question.
import type { Context } from '../cli/context'
import { Leave } from '../cli/errors'

/** Ctrl-C in answer to a question reaches the package and not the process, so its status is given here. */
const interrupted = 130

const asked = async <T>(
  context: Context,
  question: Record<string, unknown> & { readonly type: 'select' | 'confirm' },
): Promise<T> => {
  const { createPromptModule } = (await import('inquirer')).default
  const prompt = createPromptModule({ signal: context.signal })
  try {
    const { answer } = await prompt([{ ...question, name: 'answer' } as never])
    return answer as T // The package's types do not follow a question to its answer.
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Leave('', '', interrupted)
    throw error
  }
}

/** Yes or no; no unless it is said otherwise. */
export const confirm = (context: Context, message: string): Promise<boolean> =>
  asked(context, { type: 'confirm', message, default: false })

/** One of several, chosen by the arrow keys. */
export const select = <T extends string>(
  context: Context,
  message: string,
  choices: readonly { readonly name: string; readonly value: T }[],
): Promise<T> => asked(context, { type: 'select', message, choices: [...choices] })
