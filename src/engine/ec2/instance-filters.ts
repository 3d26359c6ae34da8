// SPDX-License-Identifier: BSD-2-Clause
// The filters of DescribeInstances and DescribeInstanceStatus. Names of what this cloud's instances do not have (VPCs,
// interfaces, volumes, profiles, spot requests) are known and match nothing.
import type { FilterTable } from '../filters'
import type { Tx } from '../operation'
import { tagFilters } from '../tags'
import { addressIndex } from './address-pools'
import { stateCodes } from './instance-life'
import { groupNames, networkOf } from './instance-views'
import type { Instance } from './schema/instances'

const nothing = () => undefined

const withoutMeaning = [
  'association.allocation-id',
  'association.association-id',
  'association.ip-owner-id',
  'association.public-ip',
  'block-device-mapping.attach-time',
  'block-device-mapping.delete-on-termination',
  'block-device-mapping.device-name',
  'block-device-mapping.status',
  'block-device-mapping.volume-id',
  'hypervisor',
  'iam-instance-profile.arn',
  'iam-instance-profile.id',
  'iam-instance-profile.name',
  'instance-lifecycle',
  'network-interface.addresses.association.ip-owner-id',
  'network-interface.addresses.association.public-ip',
  'network-interface.addresses.primary',
  'network-interface.addresses.private-ip-address',
  'network-interface.association.allocation-id',
  'network-interface.association.association-id',
  'network-interface.association.ip-owner-id',
  'network-interface.association.public-ip',
  'network-interface.attachment.attach-time',
  'network-interface.attachment.attachment-id',
  'network-interface.attachment.delete-on-termination',
  'network-interface.attachment.device-index',
  'network-interface.attachment.instance-id',
  'network-interface.attachment.instance-owner-id',
  'network-interface.attachment.status',
  'network-interface.availability-zone',
  'network-interface.description',
  'network-interface.group-id',
  'network-interface.group-name',
  'network-interface.mac-address',
  // The first is how euca2ools spells it.
  'network-interface.network-interface.id',
  'network-interface.network-interface-id',
  'network-interface.owner-id',
  'network-interface.private-dns-name',
  'network-interface.requester-id',
  'network-interface.requester-managed',
  'network-interface.source-dest-check',
  'network-interface.source-destination-check',
  'network-interface.status',
  'network-interface.subnet-id',
  'network-interface.vpc-id',
  'requester-id',
  'source-dest-check',
  'spot-instance-request-id',
  'subnet-id',
  'vpc-id',
]

const unmatched: FilterTable<Instance> = Object.fromEntries(withoutMeaning.map(name => [name, nothing]))

export const instanceFilters = (tx: Tx): FilterTable<Instance> => {
  const addresses = addressIndex(tx)
  const nameOf = groupNames(tx)
  const network = (instance: Instance) => networkOf(instance, addresses(instance.id))
  const groups = (instance: Instance) => instance.groupIds.map(nameOf)
  return {
    ...unmatched,
    architecture: instance => instance.architecture,
    'availability-zone': instance => instance.zone,
    'client-token': instance => instance.clientToken,
    'dns-name': instance => network(instance).publicDnsName,
    'group-id': instance => instance.groupIds,
    'group-name': groups,
    'image-id': instance => instance.imageId,
    'instance.group-id': instance => instance.groupIds,
    'instance.group-name': groups,
    'instance-id': instance => instance.id,
    'instance-state-code': instance => stateCodes[instance.state],
    'instance-state-name': instance => instance.state,
    'instance-type': instance => instance.instanceType,
    'ip-address': instance => network(instance).publicIp,
    'kernel-id': instance => instance.kernelId,
    'key-name': instance => instance.keyName,
    'launch-index': instance => instance.launchIndex,
    'launch-time': instance => instance.launchedAt,
    'monitoring-state': instance => (instance.monitoring ? 'enabled' : 'disabled'),
    'owner-id': instance => instance.account,
    'placement-group-name': instance => instance.placementGroup,
    platform: instance => (instance.platform === 'windows' ? 'windows' : undefined),
    'private-dns-name': instance => network(instance).privateDnsName,
    'private-ip-address': instance => network(instance).privateIp,
    'product-code': instance => instance.productCodes,
    'product-code.type': instance => (instance.productCodes.length > 0 ? 'marketplace' : undefined),
    'ramdisk-id': instance => instance.ramdiskId,
    reason: instance => instance.reason,
    'reservation-id': instance => instance.reservationId,
    'root-device-name': instance => instance.rootDeviceName,
    'root-device-type': () => 'instance-store',
    'state-reason-code': instance => instance.stateReason?.code,
    'state-reason-message': instance => instance.stateReason?.message,
    tenancy: instance => instance.tenancy,
    'virtualization-type': instance => instance.virtualizationType,
    ...tagFilters<Instance>(tx, instance => instance.id),
  }
}

const isRunning = (instance: Instance): boolean => instance.state === 'running'
const status = (instance: Instance): string => (isRunning(instance) ? 'ok' : 'not-applicable')
const reachability = (instance: Instance): string | undefined => (isRunning(instance) ? 'passed' : undefined)

export const statusFilters: FilterTable<Instance> = {
  'availability-zone': instance => instance.zone,
  'event.code': nothing,
  'event.description': nothing,
  'event.instance-event-id': nothing,
  'event.not-after': nothing,
  'event.not-before': nothing,
  'instance-state-code': instance => stateCodes[instance.state],
  'instance-state-name': instance => instance.state,
  'instance-status.reachability': reachability,
  'instance-status.status': status,
  'system-status.reachability': reachability,
  'system-status.status': status,
}
