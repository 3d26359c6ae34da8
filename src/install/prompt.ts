// SPDX-License-Identifier: BSD-2-Clause
// Questions to a person at a terminal. The package that asks is loaded with the first question.
import type { Context } from '../cli/context'

/** Status of a tool whose question was answered by Ctrl-C, which reaches the package that asks and not the process. */
export const leftStatus = 130

const asked = async <T>(
  context: Context,
  question: Record<string, unknown> & { readonly type: 'select' | 'confirm' | 'password' },
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

/** A password for somebody, asked for twice, and again until both agree. It is not shown. Undefined when the question was left. */
export const newPassword = async (context: Context): Promise<string | undefined> => {
  const ask = (message: string) => asked<string>(context, { type: 'password', message, mask: false })
  for (;;) {
    const first = await ask('New password:')
    if (first === undefined) return undefined
    const second = await ask('The same again:')
    if (second === undefined || second === first) return second
    await context.warn('The two are not the same.')
  }
}
