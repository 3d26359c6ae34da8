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
import { watchInstance } from '../cloudwatch/monitored'
import { refuse } from '../errors'
import { rebootedText } from '../node/console'
import type { Operation, Tx } from '../operation'
import { instanceTypeNamed } from './capacity'
import { instancesNamed } from './instance-ids'
import { placeInstances } from './instance-launch'
import { bury, forceStop, instanceLife, shutDown, startAgain, stateCodes, stop } from './instance-life'
import { isEbsBacked, rootVolumeOf } from './instance-volumes'
import { checkStartQuotas } from './quotas'
import type { Instance, InstanceStateName } from './schema/instances'

const stateView = (name: InstanceStateName) => ({ Code: stateCodes[name], Name: name })

const changeView = (before: Instance, after: InstanceStateName): InstanceStateChange => ({
  InstanceId: before.id,
  PreviousState: stateView(before.state),
  CurrentState: stateView(after),
})

const canEnd = ({ state }: Instance): boolean =>
  instanceLife.can(state, 'terminate') || instanceLife.can(state, 'end')

const terminate = (tx: Tx, instance: Instance): InstanceStateChange => {
  // Nothing happens to an instance that is stopping, and Eucalyptus' answer names no state for it (engine-ebs §1).
  if (instance.state === 'stopping') return { ...changeView(instance, 'stopping'), CurrentState: { Code: 0 } }
  // A second time, an ended instance goes out of the lists at once.
  if (instance.state === 'terminated') bury(tx, instance)
  if (!canEnd(instance)) return changeView(instance, instance.state)
  return changeView(instance, shutDown(tx, instance).state)
}

/** Protection against being stopped holds for ending, too, as on AWS. */
const refuseStopProtected = (instances: readonly Instance[], verb: 'stopped' | 'terminated'): void => {
  const guarded = instances.find(instance => instance.disableApiStop)
  if (!guarded) return
  const remedy = "Modify its 'disableApiStop' instance attribute and try again."
  refuse('OperationNotPermitted', `The instance '${guarded.id}' may not be ${verb}. ${remedy}`)
}

export const terminateInstances: Operation<TerminateInstancesRequest, TerminateInstancesResult> = (
  tx,
  input,
) => {
  const instances = instancesNamed(tx, input.InstanceIds)
  const guarded = instances.find(instance => instance.disableApiTermination && canEnd(instance))
  if (guarded) {
    refuse('OperationNotPermitted', `Termination protection enabled for instance ${guarded.id}`)
  }
  refuseStopProtected(instances.filter(canEnd), 'terminated')
  return { TerminatingInstances: instances.map(instance => terminate(tx, instance)) }
}

const refuseState = (instance: Instance, verb: string): never =>
  refuse(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in a state from which it can be ${verb}`,
  )

/** The machine starts again; EC2 shows no state for that. */
export const rebootInstances: Operation<RebootInstancesRequest, void> = (tx, input) => {
  const instances = instancesNamed(tx, input.InstanceIds)
  for (const instance of instances) {
    if (instance.state !== 'running' && instance.state !== 'pending') refuseState(instance, 'rebooted')
  }
  for (const instance of instances) reboot(tx, instance)
}

/** The guest starts again, and says so on its console. */
export const reboot = (tx: Tx, instance: Instance): void => {
  const console = tx.consoles.get(instance.id)
  if (instance.state !== 'running' || !console) return
  tx.instances.put({ ...instance, reboots: instance.reboots + 1 })
  tx.consoles.put({ ...console, text: rebootedText(console), updatedAt: tx.now })
}

/** Instances of a request to stop or to start, all of which have a volume for a root. */
const ebsInstances = (
  tx: Tx,
  ids: readonly string[] | undefined,
  verb: 'stopped' | 'started',
): readonly Instance[] => {
  const instances = instancesNamed(tx, ids)
  for (const instance of instances) {
    // Ended instances cannot be stopped; those that cannot be started are passed over (engine-ebs §1).
    const isEnded = instance.state === 'terminated' && (verb === 'stopped' || !isEbsBacked(instance))
    if (isEnded) refuseState(instance, `${verb}.`)
    if (!isEbsBacked(instance)) {
      refuse(
        'UnsupportedOperation',
        `The instance '${instance.id}' does not have an 'ebs' root device type and cannot be ${verb}.`,
      )
    }
  }
  return instances
}

const stopOne = (tx: Tx, instance: Instance): InstanceStateChange => {
  if (instanceLife.can(instance.state, 'stop')) stop(tx, instance)
  // To stop once more what is stopping is how one gets rid of a node that does not answer (engine-ebs §1).
  else if (instance.state === 'stopping') forceStop(tx, instance)
  return changeView(instance, 'stopping')
}

export const stopInstances: Operation<StopInstancesRequest, StopInstancesResult> = (tx, input) => {
  const instances = ebsInstances(tx, input.InstanceIds, 'stopped')
  if (input.Hibernate) {
    refuse('UnsupportedHibernationConfiguration', 'Instances of this cloud cannot hibernate')
  }
  refuseStopProtected(
    instances.filter(({ state }) => instanceLife.can(state, 'stop')),
    'stopped',
  )
  return { StoppingInstances: instances.map(instance => stopOne(tx, instance)) }
}

/** Its root and a place on a node are what an instance needs to start. */
const start = (tx: Tx, instance: Instance): InstanceStateChange => {
  if (!rootVolumeOf(tx, instance)) {
    refuse(
      'IncorrectState',
      `The instance '${instance.id}' has no root volume. Attach a volume to ${instance.rootDeviceName} and try again.`,
    )
  }
  const type = instanceTypeNamed(tx, instance.instanceType)
  placeInstances(tx, instance.zone, type, { minimum: 1, maximum: 1 })
  checkStartQuotas(tx, type)
  return changeView(instance, startAgain(tx, instance).state)
}

export const startInstances: Operation<StartInstancesRequest, StartInstancesResult> = (tx, input) => ({
  StartingInstances: ebsInstances(tx, input.InstanceIds, 'started')
    .filter(({ state }) => instanceLife.can(state, 'start'))
    .map(instance => start(tx, instance)),
})

const setMonitoring = (tx: Tx, ids: readonly string[] | undefined, monitoring: boolean) =>
  instancesNamed(tx, ids).map(instance => {
    watchInstance(tx, tx.instances.put({ ...instance, monitoring }))
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
