// SPDX-License-Identifier: BSD-2-Clause
// What can be looked at and changed of a network interface one at a time. The groups of an instance are those of its
// primary interface: they change together.
import type {
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult,
  ModifyNetworkInterfaceAttributeRequest,
} from '@aws-sdk/client-ec2'
import type { ResetNetworkInterfaceAttributeInput } from '../../../schemas/extended-operations'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import type { NetworkInterface } from '../schema/vpc'
import { attachmentNamed } from './interface-attachments'
import { groupsForInterface } from './interface-records'
import { interfaceView } from './interface-views'
import { kinds, named } from './kinds'
import { checkDescription } from './network-interfaces'

const unknownAttribute = (name: string | undefined): never =>
  refuse(
    'InvalidParameterValue',
    `Value (${name}) for parameter attribute is invalid. Unknown network interface attribute`,
  )

type Shown = Omit<DescribeNetworkInterfaceAttributeResult, 'NetworkInterfaceId'>

const attributes: Readonly<Record<string, (tx: Tx, one: NetworkInterface) => Shown>> = {
  attachment: (tx, one) => ({ Attachment: interfaceView(tx)(one).Attachment }),
  description: (_, { description }) => ({ Description: { Value: description } }),
  groupSet: (tx, one) => ({ Groups: interfaceView(tx)(one).Groups }),
  sourceDestCheck: (_, { sourceDestCheck }) => ({ SourceDestCheck: { Value: sourceDestCheck } }),
}

export const describeNetworkInterfaceAttribute: Operation<
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult
> = (tx, { NetworkInterfaceId, Attribute }) => {
  if (!Attribute) refuse('MissingParameter', 'The request must contain the parameter attribute')
  const show = Object.hasOwn(attributes, Attribute ?? '') ? attributes[Attribute ?? ''] : undefined
  if (!show) return unknownAttribute(Attribute)
  const one = named(tx, kinds.networkInterface, NetworkInterfaceId)
  return { NetworkInterfaceId: one.id, ...show(tx, one) }
}

/** The account's interface that is its own to change. */
export const ownInterface = (tx: Tx, id: string | undefined): NetworkInterface => {
  const one = named(tx, kinds.networkInterface, id)
  if (one.requester !== undefined) {
    refuse('OperationNotPermitted', `The network interface '${one.id}' is managed by a service`)
  }
  return one
}

/** What an interface becomes by each of the members that a request may have. */
const changes = (tx: Tx, one: NetworkInterface, input: ModifyNetworkInterfaceAttributeRequest) => {
  const { Description, SourceDestCheck, Groups, Attachment } = input
  const found: Partial<NetworkInterface>[] = []
  if (Attachment) {
    if (!Attachment.AttachmentId) {
      refuse('MissingParameter', 'The request must contain the parameter attachmentId')
    }
    const { attachment } = attachmentNamed(tx, Attachment.AttachmentId, one)
    const deleteOnTermination =
      Attachment.DeleteOnTermination ??
      refuse('MissingParameter', 'The request must contain the parameter deleteOnTermination')
    found.push({ attachment: { ...attachment, deleteOnTermination } })
  }
  if (Description) found.push({ description: checkDescription(Description.Value ?? '') })
  if (Groups?.length) {
    found.push({ groupIds: groupsForInterface(tx, one, Groups) })
  }
  if (SourceDestCheck) {
    found.push({
      sourceDestCheck: SourceDestCheck.Value ?? refuse('MissingParameter', 'Missing attribute value'),
    })
  }
  return found
}

const refuseUnsupported = (input: ModifyNetworkInterfaceAttributeRequest): void => {
  if (input.EnaSrdSpecification || input.EnablePrimaryIpv6 || input.ConnectionTrackingSpecification) {
    refuse('UnsupportedOperation', 'This attribute of network interfaces is not supported by this cloud')
  }
  if (input.AssociatePublicIpAddress !== undefined || input.AssociatedSubnetIds?.length) {
    refuse('UnsupportedOperation', 'This attribute of network interfaces is not supported by this cloud')
  }
}

export const modifyNetworkInterfaceAttribute: Operation<ModifyNetworkInterfaceAttributeRequest, object> = (
  tx,
  input,
) => {
  refuseUnsupported(input)
  const one = ownInterface(tx, input.NetworkInterfaceId)
  const [change, ...more] = changes(tx, one, input)
  if (!change) return refuse('MissingParameter', 'Missing attribute value')
  if (more.length > 0) {
    refuse('InvalidParameterCombination', 'Only one attribute can be modified at a time.')
  }
  changeInterface(tx, one, change)
  return {}
}

/** Change an interface; the groups of a primary one are those of its instance. */
export const changeInterface = (tx: Tx, one: NetworkInterface, change: Partial<NetworkInterface>): void => {
  const changed = tx.networkInterfaces.put({ ...one, ...change })
  const { attachment, groupIds } = changed
  const instance = attachment?.deviceIndex === 0 ? tx.instances.get(attachment.instanceId) : undefined
  if (instance && change.groupIds) tx.instances.put({ ...instance, groupIds })
}

/** AWS names what there is to reset by the member `SourceDestCheck`, Eucalyptus and the tools by its name. */
export const resetNetworkInterfaceAttribute: Operation<ResetNetworkInterfaceAttributeInput, object> = (
  tx,
  input,
) => {
  const attribute = input.Attribute ?? (input.SourceDestCheck === undefined ? undefined : 'sourceDestCheck')
  if (attribute === undefined) refuse('MissingParameter', 'The request must contain the parameter attribute')
  if (attribute !== 'sourceDestCheck') unknownAttribute(attribute)
  const one = ownInterface(tx, input.NetworkInterfaceId)
  tx.networkInterfaces.put({ ...one, sourceDestCheck: true })
  return {}
}
