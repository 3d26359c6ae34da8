// SPDX-License-Identifier: BSD-2-Clause
// The filters of DescribeInstances and DescribeInstanceStatus. Names of what this cloud's instances do not have (IPv6,
// spot requests) are known and match nothing.
import type { InstanceMetadataOptionsResponse } from '@aws-sdk/client-ec2'
import { type FilterTable, withoutMatch } from '../filters'
import type { Tx } from '../operation'
import { tagFilters } from '../tags'
import { isImpaired } from './impairment'
import { instanceInterfaceFilters } from './instance-interface-filters'
import { stateCodes } from './instance-life'
import { networks } from './instance-network-views'
import { metadataOptionsView } from './metadata-options'
import type { Instance } from './schema/instances'
import { groupNames } from './security-group-records'
import { attachedIndex } from './volume-life'

const withoutMeaning = [
  'affinity',
  'boot-mode',
  'capacity-reservation-id',
  'capacity-reservation-specification.capacity-reservation-preference',
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id',
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn',
  'current-instance-boot-mode',
  'ena-support',
  'enclave-options.enabled',
  'hibernation-options.configured',
  'host-id',
  'hypervisor',
  'instance-lifecycle',
  'ipv6-address',
  'maintenance-options.auto-recovery',
  'metadata-options.http-protocol-ipv4',
  'network-interface.addresses.association.carrier-ip',
  'network-interface.addresses.association.customer-owned-ip',
  'network-interface.association.carrier-ip',
  'network-interface.association.customer-owned-ip',
  'network-interface.deny-all-igw-traffic',
  'network-interface.ipv4-prefixes.ipv4-prefix',
  'network-interface.ipv6-address',
  'network-interface.ipv6-addresses.ipv6-address',
  'network-interface.ipv6-addresses.is-primary-ipv6',
  'network-interface.ipv6-native',
  'network-interface.ipv6-prefixes.ipv6-prefix',
  'network-interface.operator.managed',
  'network-interface.operator.principal',
  'network-interface.outpost-arn',
  'network-performance-options.bandwidth-weighting',
  'operator.managed',
  'operator.principal',
  'outpost-arn',
  'placement-partition-number',
  'platform-details',
  'private-dns-name-options.enable-resource-name-dns-a-record',
  'private-dns-name-options.enable-resource-name-dns-aaaa-record',
  'private-dns-name-options.hostname-type',
  'requester-id',
  'spot-instance-request-id',
  'tpm-support',
  'usage-operation',
  'usage-operation-update-time',
]

const unmatched = withoutMatch<Instance>(withoutMeaning)

const metadata = (of: (view: InstanceMetadataOptionsResponse) => string | number | undefined) => {
  return (instance: Instance): string | number | undefined => of(metadataOptionsView(instance))
}

const metadataFilters: FilterTable<Instance> = {
  'metadata-options.http-endpoint': metadata(view => view.HttpEndpoint),
  'metadata-options.http-protocol-ipv6': metadata(view => view.HttpProtocolIpv6),
  'metadata-options.http-put-response-hop-limit': metadata(view => view.HttpPutResponseHopLimit),
  'metadata-options.http-tokens': metadata(view => view.HttpTokens),
  'metadata-options.instance-metadata-tags': metadata(view => view.InstanceMetadataTags),
  'metadata-options.state': metadata(view => view.State),
}

export const instanceFilters = (tx: Tx): FilterTable<Instance> => {
  const nameOf = groupNames(tx)
  const network = networks(tx)
  const groups = (instance: Instance) => instance.groupIds.map(nameOf)
  const volumesOf = attachedIndex(tx)
  const attachments = (instance: Instance) =>
    volumesOf(instance.id).flatMap(({ id, attachment }) => (attachment ? [{ ...attachment, id }] : []))
  return {
    ...unmatched,
    ...instanceInterfaceFilters(tx),
    ...metadataFilters,
    architecture: instance => instance.architecture,
    'availability-zone': instance => instance.zone,
    'availability-zone-id': instance => instance.zone,
    'block-device-mapping.attach-time': instance => attachments(instance).map(one => one.attachedAt),
    'block-device-mapping.delete-on-termination': instance =>
      attachments(instance).map(one => one.deleteOnTermination),
    'block-device-mapping.device-name': instance => attachments(instance).map(one => one.device),
    'block-device-mapping.status': instance => attachments(instance).map(one => one.state),
    'block-device-mapping.volume-id': instance => attachments(instance).map(one => one.id),
    'client-token': instance => instance.clientToken,
    'iam-instance-profile.arn': instance => instance.profileArn,
    'iam-instance-profile.id': instance => instance.profileId,
    'iam-instance-profile.name': ({ profileArn }) => profileArn?.slice(profileArn.lastIndexOf('/') + 1),
    'ebs-optimized': () => false,
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
    'root-device-type': instance => instance.rootDeviceType ?? 'instance-store',
    'state-reason-code': instance => instance.stateReason?.code,
    'state-reason-message': instance => instance.stateReason?.message,
    tenancy: instance => instance.tenancy,
    'virtualization-type': instance => instance.virtualizationType,
    ...tagFilters<Instance>(tx, instance => instance.id),
  }
}

const isRunning = (instance: Instance): boolean => instance.state === 'running'
/** Of the instance's own check, or of the system's, which is passed by a machine that has broken down. */
const statusOf =
  (isFailed: (instance: Instance) => boolean) =>
  (instance: Instance): string =>
    isFailed(instance) ? 'impaired' : isRunning(instance) ? 'ok' : 'not-applicable'
const reachabilityOf =
  (isFailed: (instance: Instance) => boolean) =>
  (instance: Instance): string | undefined =>
    isFailed(instance) ? 'failed' : isRunning(instance) ? 'passed' : undefined
const never = (): boolean => false

export const statusFilters: FilterTable<Instance> = {
  ...withoutMatch<Instance>([
    'application-status.status',
    'attached-ebs-status.status',
    'event.code',
    'event.description',
    'event.instance-event-id',
    'event.not-after',
    'event.not-before',
    'event.not-before-deadline',
    'operator.managed',
    'operator.principal',
  ]),
  'availability-zone': instance => instance.zone,
  'availability-zone-id': instance => instance.zone,
  'instance-state-code': instance => stateCodes[instance.state],
  'instance-state-name': instance => instance.state,
  'instance-status.reachability': reachabilityOf(isImpaired),
  'instance-status.status': statusOf(isImpaired),
  'system-status.reachability': reachabilityOf(never),
  'system-status.status': statusOf(never),
}
