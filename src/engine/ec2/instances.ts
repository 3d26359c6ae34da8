// SPDX-License-Identifier: BSD-2-Clause
import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStatus,
  InstanceStatusSummary,
} from '@aws-sdk/client-ec2'
import { matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { askedFor } from '../verbose'
import { permitted, seenBy } from './access/lists'
import { instanceDemand } from './access/resources'
import { isImpaired } from './impairment'
import { instanceFilters, statusFilters } from './instance-filters'
import { instancesNamed } from './instance-ids'
import { stateCodes } from './instance-life'
import { instanceViewer, reservationView } from './instance-views'
import type { Instance } from './schema/instances'

// ---- which instances, in which order -----------------------------------------------------------------------------

/** Oldest first; within a reservation as they were launched. Texts, so that they are page keys too. */
const orderKey = (instance: Instance): string =>
  [
    instance.launchedAt.toISOString(),
    instance.reservationId,
    String(instance.launchIndex).padStart(6, '0'),
  ].join(' ')

const sorted = (instances: readonly Instance[]): readonly Instance[] =>
  instances
    .map(instance => ({ key: orderKey(instance), instance }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ instance }) => instance)

// The list of a table that has not changed is the same array; with a thousand instances, sorting is what costs.
const orders = new WeakMap<readonly Instance[], Map<string, readonly Instance[]>>()

const everyone = ''

const inOrder = (list: readonly Instance[], account: string): readonly Instance[] => {
  const known = orders.get(list) ?? new Map<string, readonly Instance[]>()
  orders.set(list, known)
  const made =
    known.get(account) ??
    sorted(account === everyone ? list : list.filter(instance => instance.account === account))
  known.set(account, made)
  return made
}

/** The caller's; of all accounts for a cloud administrator who says `verbose`; or those of these ids. */
const visible = (tx: Tx, ids: readonly string[] | undefined): readonly Instance[] => {
  const { isVerbose, named } = askedFor(tx.caller, ids)
  if (named.length > 0) return sorted(instancesNamed(tx, named, seenBy(tx, instanceDemand)))
  return permitted(tx, inOrder(tx.instances.list(), isVerbose ? everyone : tx.caller.account), instanceDemand)
}

/** Runs of one reservation. */
const byReservation = (instances: readonly Instance[]): readonly (readonly Instance[])[] => {
  const groups = new Map<string, Instance[]>()
  for (const instance of instances) {
    const group = groups.get(instance.reservationId)
    if (group) group.push(instance)
    else groups.set(instance.reservationId, [instance])
  }
  return [...groups.values()]
}

// ---- DescribeInstances -------------------------------------------------------------------------------------------

export const describeInstances: Operation<DescribeInstancesRequest, DescribeInstancesResult> = (
  tx,
  input,
) => {
  const all = visible(tx, input.InstanceIds)
  const matching = input.Filters?.length ? all.filter(matchFilters(input.Filters, instanceFilters(tx))) : all
  const { items, nextToken } = page(matching, input, {
    key: orderKey,
    ids: input.InstanceIds?.length ? 'instancesSet' : undefined,
  })
  const view = instanceViewer(tx)
  return {
    Reservations: byReservation(items).map(group => reservationView(tx, group, view)),
    NextToken: nextToken,
  }
}

// ---- DescribeInstanceStatus --------------------------------------------------------------------------------------

const notChecked = { Status: 'not-applicable' as const, Details: [] }
const passed = {
  Status: 'ok' as const,
  Details: [{ Name: 'reachability' as const, Status: 'passed' as const }],
}

/** Of a machine that has broken down; its node has it, so that the system's own check is passed. */
const instanceCheck = (instance: Instance): InstanceStatusSummary =>
  isImpaired(instance)
    ? {
        Status: 'impaired',
        Details: [{ Name: 'reachability', Status: 'failed', ImpairedSince: instance.impaired?.at }],
      }
    : passed

/** Running machines pass both checks, as a simulated node reports them as long as it has them, unless they have broken down. */
const statusView = (instance: Instance): InstanceStatus => {
  const isRunning = instance.state === 'running'
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.zone,
    InstanceState: { Code: stateCodes[instance.state], Name: instance.state },
    InstanceStatus: isRunning ? instanceCheck(instance) : notChecked,
    SystemStatus: isRunning ? passed : notChecked,
    Events: [],
  }
}

export const describeInstanceStatus: Operation<
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult
> = (tx, input) => {
  const isAsked = (instance: Instance) => input.IncludeAllInstances === true || instance.state === 'running'
  const matching = visible(tx, input.InstanceIds)
    .filter(isAsked)
    .filter(matchFilters(input.Filters, statusFilters))
  const { items, nextToken } = page(matching, input, {
    key: orderKey,
    ids: input.InstanceIds?.length ? 'instancesSet' : undefined,
  })
  return { InstanceStatuses: items.map(statusView), NextToken: nextToken }
}
