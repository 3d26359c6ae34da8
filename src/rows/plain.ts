// SPDX-License-Identifier: BSD-2-Clause
// Lines that are values alone, as the tools of accounts print them: no tag, no tabs, and words for what is not there.
import { text } from './cell'

type Value = Parameters<typeof text>[0]

/** A value as a line: what is absent is `None`, what is there and empty `{}`, as the original printed them. */
export const plain = (value: Value): string => {
  if (value === undefined) return 'None'
  return text(value) || '{}'
}

/** A value that an answer must have. The original's error was its name alone. */
export const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new Error(`the service's answer lacks ${name}`)
  return value
}

/** The ARN of each, a line each, which each must have. */
export function* arnLines(
  items: readonly { readonly Arn?: string | undefined }[] | undefined,
): Generator<string> {
  for (const { Arn } of items ?? []) yield plain(required(Arn, 'Arn'))
}

/** The same, three blanks in. */
export function* indentedArns(items: Parameters<typeof arnLines>[0]): Generator<string> {
  for (const line of arnLines(items)) yield `   ${line}`
}

/** What would be deleted with something: a title a kind, and below it what there is of that kind. */
export function* contentLines(
  contents: readonly (readonly [title: string, names: readonly (string | undefined)[]])[],
): Generator<string> {
  for (const [title, names] of contents) {
    yield title
    for (const name of names) yield `\t${plain(name)}`
  }
}
