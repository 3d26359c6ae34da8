// SPDX-License-Identifier: BSD-2-Clause
// Operations that change what an instance is doing. All of a request's instances are checked before any is touched.
import type {
  InstanceStateChange,
  MonitorInstancesRequest,
  MonitorInstancesResult,
  RebootInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
  UnmonitorInstancesRequest,
  UnmonitorInstancesResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { rebootedText } from '../node/console'
import type { Operation, Tx } from '../operation'
import { instancesNamed } from './instance-ids'
import { bury, instanceLife, shutDown, stateCodes } from './instance-life'
import type { Instance, InstanceStateName } from './schema/instances'

const stateView = (name: InstanceStateName) => ({ Code: stateCodes[name], Name: name })

const changeView = (before: Instance, after: InstanceStateName): InstanceStateChange => ({
  InstanceId: before.id,
  PreviousState: stateView(before.state),
  CurrentState: stateView(after),
})

const terminate = (tx: Tx, instance: Instance): InstanceStateChange => {
  // A second time, an ended instance goes out of the lists at once (engine-ebs §1).
  if (instance.state === 'terminated') bury(tx, instance)
  if (!instanceLife.can(instance.state, 'terminate')) return changeView(instance, instance.state)
  return changeView(instance, shutDown(tx, instance).state)
}

export const terminateInstances: Operation<TerminateInstancesRequest, TerminateInstancesResult> = (
  tx,
  input,
) => {
  const instances = instancesNamed(tx, input.InstanceIds)
  const guarded = instances.find(
    instance => instance.disableApiTermination && instanceLife.can(instance.state, 'terminate'),
  )
  if (guarded) {
    refuse('OperationNotPermitted', `Termination protection enabled for instance ${guarded.id}`)
  }
  return { TerminatingInstances: instances.map(instance => terminate(tx, instance)) }
}

/** The machine starts again; EC2 shows no state for that. */
export const rebootInstances: Operation<RebootInstancesRequest, void> = (tx, input) => {
  const instances = instancesNamed(tx, input.InstanceIds)
  const ended = instances.find(({ state }) => state === 'terminated' || state === 'shutting-down')
  if (ended) {
    refuse(
      'IncorrectInstanceState',
      `The instance '${ended.id}' is not in a state from which it can be rebooted`,
    )
  }
  for (const instance of instances) {
    const console = tx.consoles.get(instance.id)
    if (instance.state !== 'running' || !console) continue
    tx.instances.put({ ...instance, reboots: instance.reboots + 1 })
    tx.consoles.put({ ...console, text: rebootedText(console), updatedAt: tx.now })
  }
}

const refuseInstanceStore = (instance: Instance, verb: 'stopped' | 'started'): never =>
  refuse(
    'UnsupportedOperation',
    `The instance '${instance.id}' does not have an 'ebs' root device type and cannot be ${verb}.`,
  )

const refuseAll = (tx: Tx, ids: readonly string[] | undefined, verb: 'stopped' | 'started'): void => {
  const instances = instancesNamed(tx, ids)
  const ended = instances.find(({ state }) => state === 'terminated')
  if (ended) {
    refuse(
      'IncorrectInstanceState',
      `The instance '${ended.id}' is not in a state from which it can be ${verb}.`,
    )
  }
  for (const instance of instances) refuseInstanceStore(instance, verb)
}

/** Every root is instance store so far, and what is stopped has a volume for a root. */
export const stopInstances: Operation<StopInstancesRequest, StopInstancesResult> = (tx, input) => {
  refuseAll(tx, input.InstanceIds, 'stopped')
  return { StoppingInstances: [] }
}

export const startInstances: Operation<StartInstancesRequest, StartInstancesResult> = (tx, input) => {
  refuseAll(tx, input.InstanceIds, 'started')
  return { StartingInstances: [] }
}

const setMonitoring = (tx: Tx, ids: readonly string[] | undefined, monitoring: boolean) =>
  instancesNamed(tx, ids).map(instance => {
    tx.instances.put({ ...instance, monitoring })
    return {
      InstanceId: instance.id,
      Monitoring: { State: monitoring ? ('enabled' as const) : ('disabled' as const) },
    }
  })

export const monitorInstances: Operation<MonitorInstancesRequest, MonitorInstancesResult> = (tx, input) => ({
  InstanceMonitorings: setMonitoring(tx, input.InstanceIds, true),
})

export const unmonitorInstances: Operation<UnmonitorInstancesRequest, UnmonitorInstancesResult> = (
  tx,
  input,
) => ({ InstanceMonitorings: setMonitoring(tx, input.InstanceIds, false) })
