// SPDX-License-Identifier: BSD-2-Clause
// A request with a client token may be sent again, and is then answered as the first time.
import { createHash } from 'node:crypto'
import { refuse } from './errors'
import type { Tx } from './operation'

// EC2 promises a day at least.
const tokenSeconds = 24 * 3600

// EC2's limit.
const tokenLength = 64

/** The answer of the first request with this token, or that of `run`, kept for a day. */
export const answerOnce = (
  tx: Tx,
  operation: string,
  token: string,
  input: Record<string, unknown>,
  run: () => unknown,
): unknown => {
  if (token.length > tokenLength) {
    refuse(
      'InvalidParameterValue',
      `The client token may have no more than ${tokenLength} characters, this one has ${token.length}.`,
    )
  }
  const digest = createHash('sha256').update(JSON.stringify(input)).digest('hex')
  const earlier = tx.tokenAnswers.get(operation, token)
  if (earlier) {
    if (earlier.digest === digest) return earlier.output
    refuse(
      'IdempotentParameterMismatch',
      'The request uses the same client token as a previous, but non-identical request.',
    )
  }
  const output = run()
  const { account } = tx.caller
  tx.tokenAnswers.put({ account, operation, token, digest, output })
  tx.after(tokenSeconds, 'token.expired', JSON.stringify([account, operation, token]))
  return output
}
