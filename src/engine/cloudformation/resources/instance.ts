// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::Instance. It is complete when it runs and its volumes are attached.
import type { DescribeInstancesResult, Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Instance } from '../../ec2/schema/instances'
import { type Made, type Progress, ResourceFailure, type Work } from './contracts'
import { tagged } from './ec2-tags'
import { type InstanceValues, instanceProperties, launchRequest } from './instance-properties'
import { resourceType } from './kinds'
import { complete, removed, waiting } from './removal'
import { services } from './services'

const recordOf = (work: Work, { physicalId }: Made): Instance | undefined => {
  const instance = work.tx.instances.get(physicalId)
  return instance?.account === work.stack.account ? instance : undefined
}

const call = (work: Work, operation: string, { physicalId }: Made): void => {
  work.call(services.ec2, operation, { InstanceIds: [physicalId] })
}

const modify = (work: Work, { physicalId }: Made, change: object): void => {
  work.call(services.ec2, 'ModifyInstanceAttribute', { InstanceId: physicalId, ...change })
}

/** What Fn::GetAtt gives, as EC2 shows it to whoever orders the stack. */
const known = (work: Work, made: Made): Made => {
  const { Reservations: [reservation] = [] } = work.call<DescribeInstancesResult>(
    services.ec2,
    'DescribeInstances',
    { InstanceIds: [made.physicalId] },
  )
  const [instance] = reservation?.Instances ?? []
  const attributes = {
    AvailabilityZone: instance?.Placement?.AvailabilityZone ?? '',
    PrivateDnsName: instance?.PrivateDnsName ?? '',
    PrivateIp: instance?.PrivateIpAddress ?? '',
    PublicDnsName: instance?.PublicDnsName ?? '',
    PublicIp: instance?.PublicIpAddress ?? '',
  }
  return { ...made, attributes }
}

const lost = ({ id, state, stateReason }: Instance): never => {
  throw new ResourceFailure(`Instance ${id} is ${state}${stateReason ? `: ${stateReason.message}` : ''}`)
}

type Attached = NonNullable<InstanceValues['Volumes']>

/** Attach what is to be attached and is not yet. Whether all of it is. */
const attach = (work: Work, { physicalId: InstanceId }: Made, volumes: Attached = []): boolean => {
  const states = volumes.map(({ Device, VolumeId }) => {
    const { attachment } = work.tx.volumes.get(VolumeId) ?? {}
    if (attachment?.instanceId === InstanceId) return attachment.state
    work.call(services.ec2, 'AttachVolume', { Device, VolumeId, InstanceId })
    return 'attaching'
  })
  return states.every(state => state === 'attached')
}

const detach = (work: Work, { physicalId: InstanceId }: Made, volumes: Attached): void => {
  for (const { VolumeId } of volumes) {
    const { attachment } = work.tx.volumes.get(VolumeId) ?? {}
    if (attachment?.instanceId !== InstanceId || attachment.state === 'detaching') continue
    work.call(services.ec2, 'DetachVolume', { VolumeId, InstanceId })
  }
}

const whenRunning = (work: Work, made: Made, { Volumes }: InstanceValues): Progress => {
  const instance = recordOf(work, made)
  if (!instance) throw new ResourceFailure(`Instance ${made.physicalId} is no more`)
  if (instance.state === 'pending') return waiting(`Instance ${instance.id} is pending`)
  if (instance.state !== 'running') return lost(instance)
  const isWhole = attach(work, made, Volumes)
  return isWhole
    ? { is: 'complete', made: known(work, made) }
    : waiting(`Volumes of instance ${instance.id} are being attached`)
}

const interrupted = ['EbsOptimized', 'InstanceType', 'KernelId', 'RamdiskId', 'UserData'] as const

/** Each of the changes that a stopped instance alone can take: one attribute a request. */
const changes = (values: InstanceValues, before: InstanceValues): readonly object[] => {
  const requests: Readonly<Record<(typeof interrupted)[number], object>> = {
    EbsOptimized: { EbsOptimized: { Value: values.EbsOptimized ?? false } },
    InstanceType: { InstanceType: { Value: values.InstanceType ?? 'm1.small' } },
    KernelId: { Kernel: { Value: values.KernelId } },
    RamdiskId: { Ramdisk: { Value: values.RamdiskId } },
    UserData: { UserData: { Value: Buffer.from(values.UserData ?? '', 'base64') } },
  }
  return interrupted.filter(name => values[name] !== before[name]).map(name => requests[name])
}

/** What can be changed while it runs. */
const changeRunning = (work: Work, made: Made, values: InstanceValues, before: InstanceValues): void => {
  const Shutdown = values.InstanceInitiatedShutdownBehavior
  if (values.DisableApiTermination !== before.DisableApiTermination) {
    modify(work, made, { DisableApiTermination: { Value: values.DisableApiTermination ?? false } })
  }
  if (Shutdown !== undefined && Shutdown !== before.InstanceInitiatedShutdownBehavior) {
    modify(work, made, { InstanceInitiatedShutdownBehavior: { Value: Shutdown } })
  }
  if (values.SourceDestCheck !== before.SourceDestCheck) {
    modify(work, made, { SourceDestCheck: { Value: values.SourceDestCheck ?? true } })
  }
  if (values.Monitoring !== before.Monitoring) {
    call(work, values.Monitoring ? 'MonitorInstances' : 'UnmonitorInstances', made)
  }
  const kept = new Set((values.Volumes ?? []).map(volume => JSON.stringify(volume)))
  detach(
    work,
    made,
    (before.Volumes ?? []).filter(volume => !kept.has(JSON.stringify(volume))),
  )
}

export const instance = resourceType({
  name: 'AWS::EC2::Instance',
  properties: instanceProperties,
  attributes: ['AvailabilityZone', 'PrivateDnsName', 'PrivateIp', 'PublicDnsName', 'PublicIp'],
  takesTags: true,
  takesSignals: true,
  create: (work, values) => {
    const request = launchRequest(values) as unknown as RunInstancesRequest
    const { Instances: [instance] = [] } = work.call<Reservation>(services.ec2, 'RunInstances', request)
    const id = instance?.InstanceId ?? ''
    const made = { physicalId: id, ref: id, attributes: {} }
    if (values.SourceDestCheck !== undefined) {
      modify(work, made, { SourceDestCheck: { Value: values.SourceDestCheck } })
    }
    return { ...made, memory: tagged(work, id, values.Tags) }
  },
  created: whenRunning,
  // What an instance starts with changes while it is stopped, and none can be stopped whose disk would be lost by that.
  mustReplace: (work, made, values, before) =>
    recordOf(work, made)?.rootDeviceType !== 'ebs' && changes(values, before).length > 0,
  update: (work, made, values, before) => {
    const instance = recordOf(work, made)
    if (!instance) throw new ResourceFailure(`Instance ${made.physicalId} is no more`)
    changeRunning(work, made, values, before)
    const pending = changes(values, before)
    if (pending.length > 0 && instance.state !== 'stopped') call(work, 'StopInstances', made)
    const memory = { ...tagged(work, made.physicalId, values.Tags, made), isRestarting: pending.length > 0 }
    return { ...made, memory: { ...memory, ...(pending.length > 0 && { before }) } }
  },
  updated: (work, made, values) => {
    const instance = recordOf(work, made)
    const { isRestarting, before, ...memory } = made.memory ?? {}
    if (instance?.state === 'stopping') return waiting(`Instance ${instance.id} is stopping`)
    if (instance?.state === 'stopped' && isRestarting) {
      for (const change of changes(values, before as InstanceValues)) modify(work, made, change)
      call(work, 'StartInstances', made)
      return waiting(`Instance ${instance.id} is pending`)
    }
    // One that was stopped by hand stays so.
    if (instance?.state === 'stopped') return complete
    return whenRunning(work, { ...made, memory }, values)
  },
  remove: (work, made) => {
    const instance = recordOf(work, made)
    if (!instance || instance.state === 'terminated') return complete
    if (instance.state !== 'shutting-down') {
      removed(() => call(work, 'TerminateInstances', made), 'InvalidInstanceID.NotFound')
    }
    const { state } = recordOf(work, made) ?? { state: 'terminated' }
    return state === 'terminated' ? complete : waiting(`Instance ${made.physicalId} is ${state}`)
  },
})
