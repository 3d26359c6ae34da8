// SPDX-License-Identifier: BSD-2-Clause
// The imaging workers: instances of an Auto Scaling group in the administrators' account, which do the imports
// (engine-autoscaling §5). This module knows who they are; what they do is in node/imaging.ts, and how their group is
// made in worker-group.ts, which is read only when it is needed.
import { groupKey } from '../autoscaling/groups'
import type { Instance } from '../ec2/schema/instances'
import { cloudAccount } from '../iam/accounts'
import type { Role } from '../iam/schema'
import type { Tx } from '../operation'

/** Eucalyptus' id of the launcher, which all names end with. */
const launcher = 'worker-01'

export const workerNames = {
  group: `asg-euca-internal-imaging-${launcher}`,
  configuration: `lc-euca-internal-imaging-${launcher}`,
  securityGroup: `euca-internal-imaging-${launcher}`,
  role: `imaging-${launcher}`,
  servicePolicy: `imaging-iam-policy-service-api-${launcher}`,
  volumePolicy: `imaging-iam-policy-volumes-${launcher}`,
  storagePolicy: `imaging-iam-policy-s3-${launcher}`,
} as const

/** Whether a role is the workers'. */
export const isWorkerRole = (tx: Tx, { account, name }: Pick<Role, 'account' | 'name'>): boolean =>
  name === workerNames.role && account === cloudAccount(tx).id

/** On the security group it says that the service has its workers; the instances have it as well. */
export const workerTag = { key: 'Name', value: 'euca-internal-imaging-workers' } as const

/** As an instance names the group that it is of. */
const keyOfWorkers = (tx: Tx): string => groupKey({ account: cloudAccount(tx).id, name: workerNames.group })

/** Whether the service has its workers, be their number 0: their group is there, and so is the mark of it. */
export const hasWorkerGroup = (tx: Tx): boolean => {
  const { id: account } = cloudAccount(tx)
  const isMarked = tx.securityGroups
    .list()
    .some(
      group =>
        group.account === account &&
        group.name === workerNames.securityGroup &&
        tx.tags.in(account).get(group.id, workerTag.key)?.value === workerTag.value,
    )
  return isMarked && tx.scalingGroups.in(account).get(workerNames.group) !== undefined
}

/** Workers in these states, the oldest first. */
const workersThatAre = (tx: Tx, ...states: readonly Instance['state'][]): readonly Instance[] => {
  const key = keyOfWorkers(tx)
  return tx.instances
    .list()
    .filter(({ scalingGroup, state }) => scalingGroup === key && states.includes(state))
    .sort((a, b) => a.launchedAt.getTime() - b.launchedAt.getTime())
}

/** The worker of this id, if it is one and runs. */
export const runningWorker = (tx: Tx, id: string | undefined): Instance | undefined => {
  const instance = id === undefined ? undefined : tx.instances.get(id)
  return instance?.state === 'running' && instance.scalingGroup === keyOfWorkers(tx) ? instance : undefined
}

/** Zones that have a worker, or are about to. */
export const zonesWithWorkers = (tx: Tx): ReadonlySet<string> =>
  new Set(workersThatAre(tx, 'pending', 'running').map(({ zone }) => zone))

/** Have whoever runs look for tasks. The workers of Eucalyptus ask every half minute, these are told. */
export const callWorkers = (tx: Tx): void => {
  const isWork = tx.conversions.list().some(({ state }) => state === 'PENDING' || state === 'CONVERTING')
  if (!isWork) return
  for (const { id } of workersThatAre(tx, 'running')) tx.start('imaging.work', id)
}

/** There is a task to be done: see to it that somebody does it. */
export const wantWorkers = (tx: Tx): void => {
  if (!hasWorkerGroup(tx)) tx.start('imaging.enable', workerNames.group)
  callWorkers(tx)
}

// ---- tasks -------------------------------------------------------------------------------------------------------

/** EC2 tells of a worker that has come or gone: tasks may be another's now. */
export const workerChanged = (tx: Tx, instance: Instance): void => {
  if (instance.scalingGroup === keyOfWorkers(tx)) tx.after(0, 'imaging.workers-changed', instance.zone)
}

/** Task: the workers are not those that they were. */
export const workersChanged = (tx: Tx): void => callWorkers(tx)

/** Task: what hindered the service from having workers may have passed. */
export const enablingRetried = (tx: Tx): void => {
  if (tx.conversions.list().some(({ state }) => state === 'PENDING')) wantWorkers(tx)
}
