// SPDX-License-Identifier: BSD-2-Clause
// Tools of identities and what they make of a service's answers.
import assert from 'node:assert/strict'
import type { Outcome } from '../cli/process'
import { type Recorder, recorder } from './recorder'

/** An answer in the form that the service gives it. */
const result = (action: string, content: string) =>
  `<${action}Response><${action}Result>${content}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`

/** What is inside the answer to an action, or to `ACTION MARKER` for a later page. `!CODE` is an error. */
export type Answers = Readonly<Record<string, string>>

/** A service that has these answers, by their actions. */
export const answering = (answers: Answers): Promise<Recorder> =>
  recorder((action, form) => {
    const answer = answers[`${action} ${form.get('Marker')}`] ?? answers[action] ?? ''
    if (!answer.startsWith('!')) return result(action, answer)
    const fault = `<Type>Sender</Type><Code>${answer.slice(1)}</Code><Message>No.</Message>`
    return { status: 404, body: `<ErrorResponse><Error>${fault}</Error></ErrorResponse>` }
  })

/** What a tool makes of them, what it asked, and on which port. */
export const outcome = async (
  typed: string,
  answers: Answers,
): Promise<Outcome & { requests: Recorder['requests']; port: string }> => {
  const service = await answering(answers)
  try {
    const { port } = new URL(service.env.AWS_IAM_URL ?? '')
    return { ...(await service.tool(typed.split(' '))), requests: service.requests, port }
  } finally {
    await service.close()
  }
}

/** The lines that a tool prints, which succeeds. */
export const lines = async (typed: string, answers: Answers): Promise<string[]> => {
  const { status, stdout, stderr } = await outcome(typed, answers)
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return stdout.split('\n').slice(0, -1)
}
