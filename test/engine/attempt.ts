// SPDX-License-Identifier: BSD-2-Clause
// An operation by its name, as whoever asks, and what comes of it.
import assert from 'node:assert/strict'

interface Sent {
  send(command: never): Promise<Record<string, unknown>>
}

type Commands = Readonly<Record<string, new (input: never) => unknown>>

/** `name` sent with `input`: the answer, or the code and status of the refusal. */
export const attempt = async (client: unknown, commands: unknown, name: string, input: object) => {
  const Command = (commands as Commands)[`${name}Command`]
  assert.ok(Command, name)
  try {
    return { output: await (client as Sent).send(new Command(input as never) as never) }
  } catch (error) {
    const { Code, name, $metadata } = error as {
      Code?: string
      name: string
      $metadata?: { httpStatusCode: number }
    }
    return { code: Code ?? name, status: $metadata?.httpStatusCode }
  }
}
