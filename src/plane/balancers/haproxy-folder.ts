// SPDX-License-Identifier: BSD-2-Clause
// The files of one load balancer: configurations, keys, sockets and logs of its processes, by their numbers.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedListener } from '../../engine/elb/plan'
import { nobodyServes, pemName, pemOf } from './haproxy-config'

/** Make it. The number of the last process of an earlier server, whose logs may still be there. */
export const prepareFolder = (folder: string): number => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, '503.http'), nobodyServes)
  const numbers = readdirSync(folder).map(file => Number(/^access-(\d+)\.log$/.exec(file)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}

export const writePems = (folder: string, listeners: readonly PlannedListener[]): void => {
  for (const pem of listeners.flatMap(listener => pemOf(listener) ?? [])) {
    const file = join(folder, pemName(pem))
    if (!existsSync(file)) writeFileSync(file, pem, { mode: 0o600 })
  }
}

/** Remove keys that are not wanted, and what belongs to processes that are no more. */
export const tidyFolder = (
  folder: string,
  wanted: { readonly numbers: readonly number[]; readonly pems: readonly string[] },
): void => {
  for (const file of readdirSync(folder)) {
    const match = /^(?:haproxy-(\d+)\.cfg|runtime-(\d+)\.sock)$/.exec(file)
    const isOld = match !== null && !wanted.numbers.includes(Number(match[1] ?? match[2]))
    const isUnwanted = file.endsWith('.pem') && !wanted.pems.includes(file)
    if (isOld || isUnwanted) rmSync(join(folder, file), { force: true })
  }
}
