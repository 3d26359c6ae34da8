// SPDX-License-Identifier: BSD-2-Clause
// Which instances want a process that stands for them, and what it is to do: read from the records, and nothing else.
//
// That is a running instance whose user data is one that such a process can carry out, or one in whose place somebody has
// put programs of his own. All others are simulated as ever, at no cost.
import type { Forward } from '../cloudwatch/schema/metrics'
import type { Tx } from '../operation'
import { bootOf } from './impairment'
import { hostAddress } from './instance-network-views'
import { type OpenPort, openPorts } from './reachability'
import type { Instance } from './schema/instances'
import { partsOf } from './user-data'

export interface GuestPlan {
  readonly instanceId: string
  readonly account: string
  readonly zone: string
  /** Where it listens: the private address or, in a VPC, the one that stands for it on this machine. */
  readonly address: string
  /** Another one when the instance was started or rebooted since. */
  readonly boot: string
  readonly readsUserData: boolean
  readonly forwards: readonly Forward[]
  /** What its groups let in. */
  readonly open: readonly OpenPort[]
}

const configured = new WeakMap<Instance, boolean>()

/** Whether the user data of an instance is for cloud-init's configuration. */
const isConfigured = (instance: Instance): boolean => {
  if (instance.userData === undefined) return false
  const known = configured.get(instance)
  if (known !== undefined) return known
  const isConfig = partsOf(Buffer.from(instance.userData, 'base64')).configs.length > 0
  configured.set(instance, isConfig)
  return isConfig
}

/** Every instance that wants a guest, those first that have been there longest. */
export const guestPlans = (tx: Tx): readonly GuestPlan[] =>
  tx.instances
    .list()
    .filter(({ state }) => state === 'running')
    .map(instance => ({
      instance,
      forwards: tx.instanceBehaviors.get(instance.id)?.forwards ?? [],
      reads: isConfigured(instance),
    }))
    .filter(({ forwards, reads }) => reads || forwards.length > 0)
    .sort((a, b) => a.instance.launchedAt.getTime() - b.instance.launchedAt.getTime())
    .map(({ instance, forwards, reads }) => ({
      instanceId: instance.id,
      account: instance.account,
      zone: instance.zone,
      address: hostAddress(instance),
      boot: bootOf(instance),
      readsUserData: reads,
      forwards,
      open: openPorts(tx, instance),
    }))

// A process is some 40 MB of memory.
const mostGuests = 32

/** How many guests run at most: `GUESTS_MAX` in `eucalyptus.conf`. */
export const guestLimit = (tx: Tx): number => tx.setting('GUESTS_MAX') ?? mostGuests
