// SPDX-License-Identifier: BSD-2-Clause
// A served cloud with instances on record, whose guests are real processes.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateAddress } from '../../../src/engine/ec2/address-pools'
import type { Instance } from '../../../src/engine/ec2/schema/instances'
import type { SecurityGroupRule } from '../../../src/engine/ec2/schema/network'
import { Engine } from '../../../src/engine/engine'
import { cloudAccount } from '../../../src/engine/iam/accounts'
import { knownGuests } from '../../../src/plane/guests/place'
import { type Serving, serve } from '../../../src/serve/serve'
import { haveInstance } from '../../engine/ec2/instance'
import { type Cloud, repeatingEntropy } from '../../support/cloud'
import { guestCommand } from '../../support/guest-command'
import { until } from '../../support/until'

export interface ServedGuests extends Serving {
  readonly home: string
  /** What went wrong that nobody waited for. There may be none at the end. */
  readonly bugs: unknown[]
  /** An instance that runs, in a group of its own. Gives its address. */
  have(id: string, about?: { readonly userData?: string | Buffer; readonly open?: readonly Open[] }): string
  change(id: string, about: Partial<Instance>): void
  open(id: string, open: readonly Open[]): void
  /** What is on the console after the boot. */
  console(id: string): string
  /** Resolves when that is on the console. */
  said(id: string, pattern: RegExp): Promise<void>
  pid(id: string): number | undefined
  settle(): Promise<void>
  close(): Promise<void>
}

/** A port and who may reach it: a block, anybody by default. */
export type Open = readonly [port: number, cidr?: string]

const groupOf = (id: string): string => id.replace('i-', 'sg-')

export const servedGuests = async (): Promise<ServedGuests> => {
  const folder = mkdtempSync(join(tmpdir(), 'mallee-guests-'))
  const home = join(folder, 'cloud')
  const bugs: unknown[] = []
  // Addresses derive from the account, and other tests, which run at the same time, have guests at those of other seeds.
  const onBug = (error: unknown): void => void bugs.push(error)
  await (await Engine.open({ home, entropy: repeatingEntropy('guests'), onBug })).close()
  const running = await serve({
    ...{ home, host: '127.0.0.1', port: 0, command: guestCommand(), haproxy: 'built in' },
    onBug,
  })
  const { engine } = running
  const accountId = engine.read(tx => cloudAccount(tx).id)
  const open = (id: string, ports: readonly Open[]): void =>
    engine.write(tx => {
      const rules = ports.map(
        ([port, cidr = '0.0.0.0/0'], index): SecurityGroupRule => ({
          ...{ id: `sgr-0000000${index}`, protocol: 'tcp', fromPort: port, toPort: port, source: { cidr } },
        }),
      )
      tx.securityGroups.put({ account: accountId, id: groupOf(id), name: id, description: '', rules })
    })
  const console = (id: string): string => engine.read(tx => tx.consoles.get(id)?.text ?? '')
  return {
    ...running,
    home,
    bugs,
    open,
    console,
    have: (id, { userData, open: ports = [] } = {}) => {
      const privateIp = engine.write(tx => {
        tx.consoles.put({ instanceId: id, text: 'login: ', updatedAt: tx.now })
        return privateAddress(tx, id)
      })
      open(id, ports)
      haveInstance({ engine, accountId } as unknown as Cloud, {
        ...{ id, privateIp, groupIds: [groupOf(id)] },
        ...(userData !== undefined && { userData: Buffer.from(userData).toString('base64') }),
      })
      return privateIp
    },
    change: (id, about) =>
      engine.write(tx => tx.instances.put({ ...(tx.instances.get(id) ?? assert.fail()), ...about })),
    said: (id, pattern) => until(() => pattern.test(console(id))),
    pid: id => knownGuests(home).find(guest => guest.instanceId === id && guest.isOn)?.process.pid,
    settle: async () => running.plane?.settle(),
    close: async () => {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
      assert.deepEqual(bugs, [])
    },
  }
}
