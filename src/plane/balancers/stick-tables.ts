// SPDX-License-Identifier: BSD-2-Clause
// Sessions of applications, which one process remembers and the next one has to know, too.
import type { PlannedListener } from '../../engine/elb/plan'
import { backendOf } from './haproxy-config'
import type { HaproxyProcess } from './haproxy-process'

// The digest of what a session is named by in cookies.
const sessionName = /^[0-9A-F]{40}$/
const most = 20_000

/** Commands for a process that is to come, so that it knows what this one knows by now. */
export const carriedSessions = async (
  process: HaproxyProcess,
  before: readonly PlannedListener[],
  after: readonly PlannedListener[],
): Promise<readonly string[]> => {
  const commands: string[] = []
  for (const listener of after) {
    const had = before.find(({ port, protocol }) => port === listener.port && protocol === listener.protocol)
    if (had?.stickiness?.kind !== 'application' || listener.stickiness?.kind !== 'application') continue
    if (had.stickiness.cookie !== listener.stickiness.cookie) continue
    const table = await process.ask(`show table ${backendOf(listener)}`).catch(() => '')
    for (const [, key = '', server] of table.matchAll(/ key=(\S+) use=.* server_id=(\d+)/g)) {
      if (!sessionName.test(key) || commands.length >= most) continue
      commands.push(`set table ${backendOf(listener)} key ${key} data.server_id ${server}`)
    }
  }
  return commands
}
