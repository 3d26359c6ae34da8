// SPDX-License-Identifier: BSD-2-Clause
// The log of notifications, as the owner of a folder reads it: of all its accounts.
import type { Clock } from '../engine/clock'
import { Engine } from '../engine/engine'
import { isAddress, keptSeconds } from '../engine/notifications/log'
import type { Notification } from '../engine/notifications/schema'
import { isCloudFolder } from './status'

/** `logged`: its topic is no address, so that it is nowhere but in the log. */
export type Outcome = 'logged' | 'waiting' | 'posted' | 'failed'

export interface ToldNotification {
  readonly time: Date
  /** 12 digits. */
  readonly account: string
  readonly topic: string
  readonly outcome: Outcome
  /** What went wrong last. */
  readonly failure?: string
  readonly subject: string
  readonly message: unknown
}

const outcomeOf = ({ topic, postedAt, failure }: Notification): Outcome => {
  if (!isAddress(topic)) return 'logged'
  if (!postedAt) return 'waiting'
  return failure === undefined ? 'posted' : 'failed'
}

const told = (notification: Notification): ToldNotification => ({
  time: notification.at,
  account: notification.account,
  topic: notification.topic,
  outcome: outcomeOf(notification),
  ...(notification.failure !== undefined && { failure: notification.failure }),
  subject: notification.subject,
  message: JSON.parse(notification.message) as unknown,
})

/** What the folder's accounts have been told, the oldest first. Asking does not make a cloud. */
export const notificationsOf = async (home: string, clock: Clock): Promise<readonly ToldNotification[]> => {
  if (!isCloudFolder(home)) return []
  const engine = await Engine.open({ home, clock })
  try {
    await engine.drain()
    const since = clock.now() - keptSeconds * 1000
    return engine
      .read(tx => tx.notifications.everywhere())
      .filter(({ at }) => at.getTime() > since)
      .sort((a, b) => a.at.getTime() - b.at.getTime() || a.sequence - b.sequence)
      .map(told)
  } finally {
    await engine.close()
  }
}
