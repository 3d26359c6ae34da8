// SPDX-License-Identifier: BSD-2-Clause
// Questions to a person at a terminal. The package that asks is loaded with the first question.
import type { Context } from '../cli/context'

/** Status of a tool whose question was answered by Ctrl-C, which reaches the package that asks and not the process. */
export const leftStatus = 130

const asked = async <T>(
  context: Context,
  question: Record<string, unknown> & { readonly type: 'select' | 'confirm' },
): Promise<T | undefined> => {
  const { createPromptModule } = (await import('inquirer')).default
  const prompt = createPromptModule({ signal: context.signal })
  try {
    const { answer } = await prompt([{ ...question, name: 'answer' } as never])
    return answer as T // The package's types do not follow a question to its answer.
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof Error && error.name === 'ExitPromptError') return undefined
    throw error
  }
}

/** Yes or no; no unless it is said otherwise. Undefined when the question was left. */
export const confirm = (context: Context, message: string): Promise<boolean | undefined> =>
  asked(context, { type: 'confirm', message, default: false })

/** One of several, chosen by the arrow keys; undefined when the question was left. */
export const select = <T extends string>(
  context: Context,
  message: string,
  choices: readonly { readonly name: string; readonly value: T }[],
): Promise<T | undefined> => asked(context, { type: 'select', message, choices: [...choices] })
