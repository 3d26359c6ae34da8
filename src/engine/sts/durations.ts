// SPDX-License-Identifier: BSD-2-Clause
// How long temporary keys are good (engine-iam-elb, part 2).
import { refuse } from '../errors'
import type { Caller } from '../operation'

/** What a duration of 0 stands for, and what users' tokens have when none is asked for. */
export const usualSeconds = 43_200
const leastSeconds = 900
const mostUserSeconds = 129_600

const invalid = (bound: 'maximum' | 'minimum', seconds: number): never =>
  refuse('ValidationError', `Invalid duration requested, ${bound} permitted duration is ${seconds} seconds.`)

/** A duration that was asked for, when it is within its limits. */
export const secondsWithin = (asked: number, most: number): number => {
  if (!Number.isInteger(asked)) {
    refuse('InvalidParameterValue', `Value (${asked}) for parameter DurationSeconds is invalid.`)
  }
  const seconds = asked === 0 ? usualSeconds : asked
  if (seconds > most) invalid('maximum', most)
  if (seconds < leastSeconds) invalid('minimum', leastSeconds)
  return seconds
}

/** Of a user's token. That of an account's administrator is silently made shorter. */
export const userSeconds = (
  asked: number = 0,
  { isAccountAdmin }: Pick<Caller, 'isAccountAdmin'>,
  cut: number,
): number => {
  const seconds = secondsWithin(asked, mostUserSeconds)
  return isAccountAdmin ? Math.min(seconds, cut) : seconds
}
