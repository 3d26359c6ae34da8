// SPDX-License-Identifier: BSD-2-Clause
// A request with a client token may be sent again, and is then answered as the first time.
import { createHash } from 'node:crypto'
import { refuse } from './errors'
import type { TokenRules, Tx } from './operation'

// EC2 promises a day at least.
const tokenSeconds = 24 * 3600

// EC2's limit.
const tokenLength = 64

const ec2Tokens: TokenRules = {
  longest: tokenLength,
  tooLong: length =>
    refuse(
      'InvalidParameterValue',
      `The client token may have no more than ${tokenLength} characters, this one has ${length}.`,
    ),
  reused: () =>
    refuse(
      'IdempotentParameterMismatch',
      'The request uses the same client token as a previous, but non-identical request.',
    ),
}

/** The answer of the first request with this token, or that of `run`, kept for a day. */
export const answerOnce = (
  tx: Tx,
  operation: string,
  token: string,
  input: Record<string, unknown>,
  run: () => unknown,
  rules: TokenRules = ec2Tokens,
): unknown => {
  if (token.length > rules.longest) rules.tooLong(token.length)
  const digest = createHash('sha256').update(JSON.stringify(input)).digest('hex')
  const earlier = tx.tokenAnswers.get(operation, token)
  if (earlier) {
    if (earlier.digest === digest) return earlier.output
    rules.reused()
  }
  const output = run()
  const { account } = tx.caller
  tx.tokenAnswers.put({ account, operation, token, digest, output })
  tx.after(tokenSeconds, 'token.expired', JSON.stringify([account, operation, token]))
  return output
}
