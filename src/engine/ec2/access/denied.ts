// SPDX-License-Identifier: BSD-2-Clause
import type { Denial } from '../../access'
import { encodeAuthorizationMessage } from '../../authorization-messages'
import { refuse } from '../../errors'

const isRead = (action = ''): boolean => /^\w+:(Describe|Get|List|Head)/.test(action)

/** EC2's words. Who may not change something is given the reason, which those can read who may decode it. */
export const deniedByEc2: Denial = (tx, demand, decision) => {
  const text = 'You are not authorized to perform this operation.'
  return refuse(
    'UnauthorizedOperation',
    isRead(demand.action)
      ? text
      : `${text} Encoded authorization failure message: ${encodeAuthorizationMessage(tx, demand, decision)}`,
    403,
  )
}
