// SPDX-License-Identifier: BSD-2-Clause
import type { Tx } from '../operation'

/** What an alarm has seen, for policies with steps. */
export interface Breach {
  readonly alarm: string
  readonly threshold: number
  readonly value: number | undefined
}

/** An alarm's action: run the policy of this ARN. Whether it did: a policy that is gone, suspended or cooling down does not. */
export const runPolicyByAlarm = (_tx: Tx, _policyArn: string, _breach: Breach): boolean => false
