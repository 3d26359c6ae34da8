// SPDX-License-Identifier: BSD-2-Clause
// Chores that go on at intervals while there is something for them to do. Each is planned once, however many ask for it
// and however many processes have just done it.
import type { Tx } from '../operation'

/** Have a chore of the whole cloud done in so many seconds, unless it is planned. */
export const plan = (tx: Tx, task: string, seconds: number): void => {
  const now = tx.now.getTime()
  const at = now + seconds * 1000
  const planned = tx.metricPlans.get(task)
  // One whose time has come has not planned its next, or it is at it now. One for later is of a clock that was turned back.
  if (planned && planned.at > now && planned.at <= at) return
  tx.metricPlans.put({ task, at })
  tx.after(seconds, task, 'cloud')
}

const daySeconds = 24 * 3600

/** Have what is too old removed, in a day. Whoever writes data or history calls this. */
export const planForgetting = (tx: Tx): void => plan(tx, 'cloudwatch.forget', daySeconds)

const minute = 60_000

/** Have the alarms of an account looked at when the next minute begins, unless that is planned. */
export const planEvaluation = (tx: Tx, account: string): void => {
  const now = tx.now.getTime()
  const at = Math.floor(now / minute) * minute + minute
  const planned = tx.alarmPlans.get(account)
  // A plan for later than that is of a clock that was turned back; one whose time has come has not planned its next.
  if (planned && planned.at > now && planned.at <= at) return
  tx.alarmPlans.put({ account, at })
  tx.after((at - now) / 1000, 'cloudwatch.evaluate', account)
}

/** As the other, when the next look is farther away than it can be. Whoever writes data calls this. */
export const resumeEvaluation = (tx: Tx, account: string): void => {
  const planned = tx.alarmPlans.get(account)
  if (planned && planned.at > tx.now.getTime() + minute) planEvaluation(tx, account)
}
