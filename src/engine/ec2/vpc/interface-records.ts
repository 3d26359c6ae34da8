// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces: how they come, are attached and detached, and go. Requests are checked where they come in.
import { oncePer } from '../../../schemas/once-per'
import { refuse } from '../../errors'
import { freshId } from '../../ids'
import type { Tx } from '../../operation'
import { forgetTags } from '../../tags'
import { instanceProperties } from '../properties'
import { madeBy } from '../quotas'
import type { NetworkInterface, NetworkInterfaceAttachment, Subnet } from '../schema/vpc'
import { groupNamed, groupsOf } from '../security-group-records'
import { moveAddresses, releaseInterfaceAddresses } from './interface-addresses'
import { choosePrivateIps, type PrivateIpWish } from './subnet-addresses'

/** `cloud.vpc.securitygroupspernetworkinterface` */
export const maximumGroupsPerInterface = 5

export interface InterfaceToMake extends PrivateIpWish {
  readonly subnet: Subnet
  readonly groupIds: readonly string[]
  readonly description?: string | undefined
  /** What it belongs to when it is not its account's to change. */
  readonly requester?: string | undefined
}

/** `d0:0d` and the interface's own hex digits, as Eucalyptus makes them. */
const macAddress = (id: string): string =>
  `${instanceProperties.macPrefix}:${id.slice(4, 12).match(/../g)?.join(':')}`

/** A new interface, attached to nothing. Its addresses are checked here, before anything is written. */
export const makeInterface = (tx: Tx, wanted: InterfaceToMake): NetworkInterface =>
  makeInterfaceAt(tx, wanted, choosePrivateIps(tx, wanted.subnet, wanted))

/** The same with addresses that are known to be free, and, when it comes with its instance, its attachment. */
export const makeInterfaceAt = (
  tx: Tx,
  wanted: InterfaceToMake,
  privateIps: readonly string[],
  attachment?: () => NetworkInterfaceAttachment,
): NetworkInterface => {
  const { subnet, groupIds, description = '', requester } = wanted
  const id = freshId(tx, 'eni', id => tx.networkInterfaces.get(id) !== undefined)
  return tx.networkInterfaces.put({
    ...madeBy(tx),
    account: subnet.account,
    createdAt: tx.now,
    id,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    description,
    macAddress: macAddress(id),
    sourceDestCheck: true,
    groupIds,
    privateIps,
    ...(attachment && { attachment: attachment() }),
    ...(requester !== undefined && { requester }),
  })
}

/** The interface is gone, its addresses are free again, and elastic ones stay with their account. */
export const removeInterface = (tx: Tx, networkInterface: NetworkInterface): void => {
  releaseInterfaceAddresses(tx, networkInterface)
  tx.networkInterfaces.delete(networkInterface.id)
  forgetTags(tx, networkInterface.id)
}

/** An id for an attachment, which is a part of its interface. To be taken once for many: it looks through all interfaces. */
export const attachmentIds = (tx: Tx): (() => string) => {
  const taken = new Set(tx.networkInterfaces.list().flatMap(({ attachment }) => attachment?.id ?? []))
  return () => {
    const id = freshId(tx, 'eni-attach', one => taken.has(one))
    taken.add(id)
    return id
  }
}

/** Attach it to an instance, which thereby has its public addresses. */
export const attachInterface = (
  tx: Tx,
  networkInterface: NetworkInterface,
  to: {
    readonly instanceId: string
    readonly deviceIndex: number
    readonly deleteOnTermination: boolean
  },
): NetworkInterface => {
  const { detached: _, ...others } = networkInterface
  const attached = tx.networkInterfaces.put({
    ...others,
    attachment: {
      ...to,
      id: attachmentIds(tx)(),
      state: 'attached',
      attachedAt: tx.now,
    },
  })
  moveAddresses(tx, networkInterface, attached)
  return attached
}

/** Its public addresses stay with it. */
export const detachInterface = (tx: Tx, networkInterface: NetworkInterface): NetworkInterface => {
  const { attachment, ...others } = networkInterface
  const free = tx.networkInterfaces.put({
    ...others,
    ...(attachment && { detached: { ...attachment, state: 'detached', detachedAt: tx.now } }),
  })
  moveAddresses(tx, networkInterface, free)
  return free
}

/** An instance has ended: those of its interfaces go that were to go with it, the others are free. */
export const endInterfaces = (tx: Tx, instanceId: string): void => {
  for (const one of interfacesOf(tx, instanceId)) {
    if (one.attachment?.deleteOnTermination) removeInterface(tx, one)
    else detachInterface(tx, one)
  }
}

const noInterfaces: readonly NetworkInterface[] = Object.freeze([])

const byInstance = oncePer((interfaces: readonly NetworkInterface[]) => {
  const index = new Map<string, NetworkInterface[]>()
  for (const one of interfaces) {
    if (!one.attachment) continue
    const known = index.get(one.attachment.instanceId)
    if (known) known.push(one)
    else index.set(one.attachment.instanceId, [one])
  }
  const place = ({ attachment }: NetworkInterface): number => attachment?.deviceIndex ?? 0
  for (const own of index.values()) own.sort((one, other) => place(one) - place(other))
  return index
})

/** The interfaces of an instance, the primary one first. The array is another one as soon as any interface changes. */
export const interfacesOf = (tx: Tx, instanceId: string): readonly NetworkInterface[] =>
  byInstance(tx.networkInterfaces.list()).get(instanceId) ?? noInterfaces

/** The same as a look-up that is taken once for a list. */
export const interfaceIndex = (tx: Tx): ((instanceId: string) => readonly NetworkInterface[]) => {
  const index = byInstance(tx.networkInterfaces.list())
  return id => index.get(id) ?? noInterfaces
}

/** The groups of an interface: those asked for, which are of its VPC, or the VPC's default group. */
export const groupsForInterface = (
  tx: Tx,
  { vpcId, account }: Pick<Subnet, 'vpcId' | 'account'>,
  ids: readonly string[] | undefined,
): readonly string[] => {
  if (!ids?.length) {
    const own = groupsOf(tx, account).find(group => group.vpcId === vpcId && group.name === 'default')
    return own
      ? [own.id]
      : refuse('InvalidGroup.NotFound', `The VPC '${vpcId}' has no default security group`)
  }
  const groups = [...new Set(ids)].map(id => groupNamed(tx, { GroupId: id }, account))
  if (groups.length > maximumGroupsPerInterface) {
    refuse('SecurityGroupsPerInterfaceLimitExceeded', 'Security group limit exceeded')
  }
  const stranger = groups.find(group => group.vpcId !== vpcId)
  if (stranger) {
    refuse('InvalidGroup.NotFound', `The security group '${stranger.id}' does not exist in VPC '${vpcId}'`)
  }
  return groups.map(({ id }) => id)
}
