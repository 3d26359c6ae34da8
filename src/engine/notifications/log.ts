// SPDX-License-Identifier: BSD-2-Clause
// What somebody asked to be told. Every notification is written to a log, which the owner of the folder reads with
// `mallee notifications`; one whose topic is the address of a web server is posted there as well (posting.ts).
import { nextNumber } from '../counters'
import type { Tx } from '../operation'
import { firstOf } from '../portions'
import type { Notification } from './schema'

/** How long notifications are kept, and how many of an account. */
export const keptSeconds = 14 * 24 * 3600
const mostKept = 10_000

// So that a portion of the log is not a transaction of seconds.
const portion = 1000

/** Whether a topic is an address to post to. */
export const isAddress = (topic: string): boolean => /^https?:/i.test(topic)

/** Names the posts of an account to an address, for jobs. */
export const postingKey = ({ account, topic }: Pick<Notification, 'account' | 'topic'>): string =>
  `${account} ${topic}`

const counterOf = (account: string): string => `notifications.${account}`

const countBy = (tx: Tx, account: string, difference: number): number => {
  const name = counterOf(account)
  const value = Math.max(0, (tx.counters.get(name)?.value ?? 0) + difference)
  tx.counters.put({ name, value })
  return value
}

const remove = (tx: Tx, { account, at, sequence }: Notification): void => {
  tx.notifications.in(account).delete(at.getTime(), sequence)
  countBy(tx, account, -1)
}

/** Plan the end of the oldest. There is one such task for an account, as long as it has notifications. */
const planForgetting = (tx: Tx, account: string): void => {
  const oldest = tx.notifications.in(account).first()
  if (!oldest) return
  const seconds = (oldest.at.getTime() - tx.now.getTime()) / 1000 + keptSeconds
  tx.after(Math.max(0, seconds), 'notification.forgotten', account)
}

/** Write down what an account is told, and have it posted if its topic is an address. */
export const notify = (
  tx: Tx,
  told: Pick<Notification, 'account' | 'topic' | 'subject' | 'message'>,
): Notification => {
  const { account } = told
  const log = tx.notifications.in(account)
  const notification = log.put({ ...told, sequence: nextNumber(tx, 'notification'), at: tx.now })
  const count = countBy(tx, account, 1)
  if (count === 1) planForgetting(tx, account)
  const oldest = count > mostKept ? log.first() : undefined
  if (oldest) remove(tx, oldest)
  if (isAddress(notification.topic)) tx.start('notification.post', postingKey(notification))
  return notification
}

/** Task: notifications of an account have been kept for long enough. */
export const forgetNotifications = (tx: Tx, account: string): void => {
  const until = tx.now.getTime() - keptSeconds * 1000
  const log = tx.notifications.in(account)
  const old = firstOf(log.scan(), portion, ({ at }) => at.getTime() <= until)
  for (const notification of old) remove(tx, notification)
  planForgetting(tx, account)
}
