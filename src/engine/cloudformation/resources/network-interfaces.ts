// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::NetworkInterface and NetworkInterfaceAttachment.
import type { AttachNetworkInterfaceResult, CreateNetworkInterfaceResult } from '@aws-sdk/client-ec2'
import { type Made, ResourceFailure, type Work } from './contracts'
import {
  boolean,
  inPlace,
  integer,
  listOf,
  objectOf,
  required,
  resourceType,
  tags,
  text,
  texts,
  type ValuesOf,
} from './kinds'
import { ask, retagged, takenAway, thing } from './network-things'

const properties = {
  Description: inPlace(text),
  GroupSet: inPlace(texts),
  InterfaceType: text,
  PrivateIpAddress: text,
  PrivateIpAddresses: listOf(objectOf({ Primary: required(boolean), PrivateIpAddress: required(text) })),
  SecondaryPrivateIpAddressCount: integer,
  SourceDestCheck: inPlace(boolean),
  SubnetId: required(text),
  Tags: inPlace(tags),
} as const
type Values = ValuesOf<typeof properties>

/** Each by a request of its own, as EC2 has it. */
const modify = (work: Work, NetworkInterfaceId: string, values: Values, before: Partial<Values>): void => {
  const change = (what: object): void => {
    ask(work, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, ...what })
  }
  const { SourceDestCheck = true, Description = '', GroupSet } = values
  if (SourceDestCheck !== (before.SourceDestCheck ?? true))
    change({ SourceDestCheck: { Value: SourceDestCheck } })
  if (Description !== (before.Description ?? '')) change({ Description: { Value: Description } })
  if (JSON.stringify(GroupSet) === JSON.stringify(before.GroupSet)) return
  if (!GroupSet?.length) throw new ResourceFailure('The groups of an interface cannot all be taken from it.')
  change({ Groups: GroupSet })
}

export const networkInterface = resourceType({
  name: 'AWS::EC2::NetworkInterface',
  properties,
  attributes: ['Id', 'PrimaryPrivateIpAddress', 'SecondaryPrivateIpAddresses', 'VpcId'],
  takesTags: true,
  create: (work, values) => {
    const { GroupSet: Groups, SourceDestCheck, Tags, ...request } = values
    const { NetworkInterface: one } = ask<CreateNetworkInterfaceResult>(work, 'CreateNetworkInterface', {
      ...request,
      Groups,
    })
    const id = one?.NetworkInterfaceId ?? ''
    modify(work, id, values, { ...values, SourceDestCheck: true })
    const all = one?.PrivateIpAddresses ?? []
    const attributes: Made['attributes'] = {
      Id: id,
      PrimaryPrivateIpAddress: one?.PrivateIpAddress ?? '',
      SecondaryPrivateIpAddresses: all.flatMap(({ Primary, PrivateIpAddress: ip = '' }) =>
        Primary ? [] : [ip],
      ),
      VpcId: one?.VpcId ?? '',
    }
    return thing(work, id, attributes, Tags)
  },
  update: (work, made, values, before) => {
    modify(work, made.physicalId, values, before)
    return retagged(work, made, values.Tags)
  },
  // It may be attached to an instance that is about to end.
  remove: (work, { physicalId }) =>
    takenAway(work, 'DeleteNetworkInterface', { NetworkInterfaceId: physicalId }),
})

const attachmentProperties = {
  DeleteOnTermination: inPlace(boolean),
  DeviceIndex: required(inPlace(text)),
  InstanceId: required(inPlace(text)),
  NetworkInterfaceId: required(inPlace(text)),
} as const
type Attachment = ValuesOf<typeof attachmentProperties>

/** Unlike one that was attached by hand, it ends with its instance, unless the template says otherwise. */
const attach = (work: Work, values: Attachment): Made => {
  const { DeleteOnTermination = true, DeviceIndex, InstanceId, NetworkInterfaceId } = values
  const { AttachmentId: id = '' } = ask<AttachNetworkInterfaceResult>(work, 'AttachNetworkInterface', {
    ...{ DeviceIndex: Number(DeviceIndex), InstanceId, NetworkInterfaceId },
  })
  keep(work, id, NetworkInterfaceId, DeleteOnTermination)
  return { physicalId: id, ref: id, attributes: { AttachmentId: id } }
}

const keep = (work: Work, AttachmentId: string, NetworkInterfaceId: string, isEnding: boolean): void => {
  const Attachment = { AttachmentId, DeleteOnTermination: isEnding }
  ask(work, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Attachment })
}

const isElsewhere = (values: Attachment, before: Attachment): boolean =>
  (['DeviceIndex', 'InstanceId', 'NetworkInterfaceId'] as const).some(name => values[name] !== before[name])

export const networkInterfaceAttachment = resourceType({
  name: 'AWS::EC2::NetworkInterfaceAttachment',
  properties: attachmentProperties,
  attributes: ['AttachmentId'],
  create: attach,
  update: (work, made, values, before) => {
    if (!isElsewhere(values, before)) {
      keep(work, made.physicalId, values.NetworkInterfaceId, values.DeleteOnTermination ?? true)
      return made
    }
    const left = takenAway(work, 'DetachNetworkInterface', { AttachmentId: made.physicalId })
    if (left.is === 'waiting') throw new ResourceFailure(left.reason ?? 'The interface is in use')
    return attach(work, values)
  },
  remove: (work, { physicalId }) => takenAway(work, 'DetachNetworkInterface', { AttachmentId: physicalId }),
})
