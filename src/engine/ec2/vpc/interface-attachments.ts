// SPDX-License-Identifier: BSD-2-Clause
// Interfaces given to instances and taken from them. Nothing has to be plugged in, so that both are done at once. The
// primary interface comes and ends with its instance.
import type {
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult,
  DetachNetworkInterfaceRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import { instanceTypeNamed } from '../capacity'
import { instanceNamed } from '../instance-ids'
import type { Instance } from '../schema/instances'
import type { NetworkInterface, NetworkInterfaceAttachment } from '../schema/vpc'
import { attachInterface, detachInterface, interfacesOf } from './interface-records'
import { kinds, named } from './kinds'

const largestDeviceIndex = 31

/** Refuse more interfaces than a type can have. */
export const checkInterfaceCount = (tx: Tx, instanceType: string, count: number): void => {
  if (count > instanceTypeNamed(tx, instanceType).networkInterfaces) {
    refuse('AttachmentLimitExceeded', `Interface count ${count} exceeds the limit for ${instanceType}`)
  }
}

/** Refuse an interface that is somewhere already. */
export const checkUnattached = ({ id, attachment, requester }: NetworkInterface): void => {
  if (attachment) {
    refuse(
      'InvalidNetworkInterface.InUse',
      `Network interface ${id} is already attached to instance ${attachment.instanceId}`,
    )
  }
  if (requester !== undefined) refuse('InvalidNetworkInterface.InUse', `Network interface ${id} is in use`)
}

export const checkDeviceIndex = (index: number): number =>
  Number.isInteger(index) && index >= 0 && index <= largestDeviceIndex
    ? index
    : refuse('InvalidParameterValue', `Invalid network device index '${index}'`)

const checkPlace = (tx: Tx, instance: Instance, one: NetworkInterface, index: number): void => {
  const own = interfacesOf(tx, instance.id)
  if (own.some(({ attachment }) => attachment?.deviceIndex === index)) {
    refuse(
      'InvalidParameterValue',
      `Instance '${instance.id}' already has an interface attached at device index '${index}'.`,
    )
  }
  if (instance.zone !== one.zone) {
    refuse('InvalidParameterValue', 'Network interface zone invalid for instance')
  }
  if (instance.vpcId !== one.vpcId) {
    refuse('InvalidParameterValue', 'Network interface vpc invalid for instance')
  }
  checkInterfaceCount(tx, instance.instanceType, own.length + 1)
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    refuse('IncorrectState', `Instance '${instance.id}' is not 'running' or 'stopped'`)
  }
}

const refuseUnsupported = (input: AttachNetworkInterfaceRequest): void => {
  if ((input.NetworkCardIndex ?? 0) !== 0) {
    refuse('InvalidParameterValue', `Network card index ${input.NetworkCardIndex} exceeds the limit: 0`)
  }
  if (input.EnaSrdSpecification) {
    refuse('UnsupportedOperation', 'ENA Express is not supported by this cloud')
  }
}

export const attachNetworkInterface: Operation<
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult
> = (tx, input) => {
  refuseUnsupported(input)
  const one = named(tx, kinds.networkInterface, input.NetworkInterfaceId)
  const instance = instanceNamed(tx, input.InstanceId)
  checkUnattached(one)
  const deviceIndex = checkDeviceIndex(input.DeviceIndex ?? Number.NaN)
  checkPlace(tx, instance, one, deviceIndex)
  const { attachment } = attachInterface(tx, one, {
    instanceId: instance.id,
    deviceIndex,
    deleteOnTermination: false,
  })
  return { AttachmentId: attachment?.id }
}

type Attached = NetworkInterface & { readonly attachment: NetworkInterfaceAttachment }

/** The interface that an attachment of this id is of: one that the caller has, or `only` this one. */
export const attachmentNamed = (tx: Tx, text: string | undefined, only?: NetworkInterface): Attached => {
  if (!text) return refuse('MissingParameter', 'The request must contain the parameter attachmentId')
  const id = text.toLowerCase()
  if (!/^eni-attach-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    refuse(
      'InvalidNetworkInterfaceAttachmentId.Malformed',
      `Invalid id: "${text}" (expecting "eni-attach-...")`,
    )
  }
  const all = only ? [only] : tx.networkInterfaces.list()
  const found = all.find(
    (one): one is Attached =>
      one.attachment?.id === id && (one.account === tx.caller.account || tx.caller.isCloudAdmin),
  )
  return found ?? refuse('InvalidAttachmentID.NotFound', `The attachment ID '${text}' does not exist`)
}

/** Nothing of a machine can be in the way here: `Force` makes no difference. */
export const detachNetworkInterface: Operation<DetachNetworkInterfaceRequest, object> = (tx, input) => {
  const one = attachmentNamed(tx, input.AttachmentId)
  if (one.attachment.deviceIndex === 0) {
    refuse('OperationNotPermitted', 'Primary network interface cannot be detached')
  }
  const instance = tx.instances.get(one.attachment.instanceId)
  if (instance?.state === 'pending') {
    refuse('IncorrectState', 'The instance is not in a valid state for this operation')
  }
  detachInterface(tx, one)
  return {}
}
