// SPDX-License-Identifier: BSD-2-Clause
// The files of one load balancer: configurations, keys, sockets and logs of its processes, by their numbers.
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { PlannedListener } from '../../engine/elb/plan'
import type { ProcessName } from '../../engine/processes'
import { writeWhole } from '../../engine/whole-file'
import { nobodyServes, pemName, pemOf } from './haproxy-config'
import type { HaproxyProcess } from './haproxy-process'
import { writeLeftovers } from './leftovers'

export class BalancerFolder {
  readonly path: string
  #handle: number | undefined

  constructor(path: string) {
    this.path = path
    this.prepare()
  }

  /** Whether it is still the one that was prepared: somebody may have removed it. */
  get isThere(): boolean {
    if (this.#handle === undefined) return false
    const [now, prepared] = [statSync(this.path, { throwIfNoEntry: false }), fstatSync(this.#handle)]
    return now?.ino === prepared.ino && now.dev === prepared.dev
  }

  /** By a short path: those of sockets may not be long. */
  get shortPath(): string {
    return `/proc/self/fd/${this.#handle}`
  }

  /** Of the last process of an earlier server, whose logs may still be there. */
  get lastNumber(): number {
    const numbers = readdirSync(this.path).map(file => Number(/^access-(\d+)\.log$/.exec(file)?.[1] ?? 0))
    return Math.max(0, ...numbers)
  }

  /** Make it, unless it is there. */
  prepare(): void {
    if (this.isThere) return
    this.close()
    mkdirSync(this.path, { recursive: true, mode: 0o700 })
    writeFileSync(join(this.path, '503.http'), nobodyServes)
    this.#handle = openSync(this.path, 'r')
  }

  /** Have it on record who runs, and remove keys and configurations of processes that are no more. */
  tidy(processes: readonly HaproxyProcess[], listeners: readonly PlannedListener[]): void {
    this.prepare()
    this.writeDown(processes)
    const numbers = processes.map(({ number }) => number)
    const pems = listeners.flatMap(listener => pemOf(listener) ?? []).map(pemName)
    for (const file of readdirSync(this.path)) {
      const match = /^(?:haproxy-(\d+)\.cfg|runtime-(\d+)\.sock)$/.exec(file)
      const isOld = match !== null && !numbers.includes(Number(match[1] ?? match[2]))
      const isUnwanted = /\.pem(\.new)?$/.test(file) && !pems.includes(file)
      if (isOld || isUnwanted) rmSync(join(this.path, file), { force: true })
    }
  }

  writeDown(processes: readonly HaproxyProcess[]): void {
    writeLeftovers(
      this.path,
      processes.flatMap(({ name }): ProcessName[] => (name ? [name] : [])),
    )
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle)
    this.#handle = undefined
  }
}

export const writePems = (folder: string, listeners: readonly PlannedListener[]): void => {
  for (const pem of listeners.flatMap(listener => pemOf(listener) ?? [])) {
    const file = join(folder, pemName(pem))
    if (existsSync(file) && statSync(file).size === Buffer.byteLength(pem)) continue
    writeWhole(file, pem)
  }
}
