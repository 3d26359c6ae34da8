// SPDX-License-Identifier: BSD-2-Clause
// DescribeInstanceTypes, which is two actions of one name: Eucalyptus' has capacities for administrators, AWS' later one
// has filters and pages. One request may hold the parameters of both, and the answer holds the lists of both.
import {
  type _InstanceType,
  type DescribeInstanceTypesRequest,
  type DescribeInstanceTypesResult,
  type InstanceTypeInfo,
  DescribeInstanceTypes$ as ofAws,
} from '@aws-sdk/client-ec2'
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'
import {
  type DescribeEucalyptusInstanceTypesInput,
  type DescribeEucalyptusInstanceTypesOutput,
  type EucalyptusInstanceType,
  DescribeEucalyptusInstanceTypes$ as ofEucalyptus,
} from '../../schemas/extensions'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { seenBy } from './access/lists'
import { typeDemand } from './access/resources'
import { capacities, type InstanceType, instanceTypeNamed, instanceTypes, unknownType } from './capacity'
import { zoneNames } from './zones'

// ---- the schema of both ----

const structure = (schema: StaticOperationSchema[4]): StaticStructureSchema =>
  // The SDK writes an operation's shapes as themselves or as functions that give them.
  (typeof schema === 'function' ? schema() : schema) as StaticStructureSchema

/** AWS' shape with the members that only Eucalyptus' has. */
const joined = (aws: StaticStructureSchema, eucalyptus: StaticStructureSchema): StaticStructureSchema => {
  const [kind, namespace, name, traits, members, types] = aws
  const added = eucalyptus[4].flatMap((member, index) =>
    members.includes(member) ? [] : [[member, eucalyptus[5][index]] as const],
  )
  return [
    kind,
    namespace,
    name,
    traits,
    [...members, ...added.map(([member]) => member)],
    // An index into the member list is one into the type list too.
    [...types, ...added.map(([, type]) => type as StaticStructureSchema[5][number])],
  ]
}

export const DescribeInstanceTypes$: StaticOperationSchema = [
  ofAws[0],
  ofAws[1],
  ofAws[2],
  ofAws[3],
  joined(structure(ofAws[4]), structure(ofEucalyptus[4])),
  joined(structure(ofAws[5]), structure(ofEucalyptus[5])),
]

// ---- the operation ----

type Input = Omit<DescribeInstanceTypesRequest, 'InstanceTypes'> & DescribeEucalyptusInstanceTypesInput

export const describeInstanceTypes: Operation<
  Input,
  DescribeInstanceTypesResult & DescribeEucalyptusInstanceTypesOutput
> = (tx, input) => {
  const named = (input.InstanceTypes ?? []).map(name => instanceTypeNamed(tx, name))
  const isSeen = seenBy(tx, (tx, { name }: InstanceType) => typeDemand(tx, name))
  const unseen = named.find(type => !isSeen(type))
  if (unseen) unknownType(unseen.name)
  const all = instanceTypes(tx)
  const isNamed = (type: InstanceType) => named.length === 0 || named.some(({ name }) => name === type.name)
  const asked = all.filter(type => isNamed(type) && isSeen(type))
  // Types have an order of their own, which a page keeps: it is that of the table, not of the alphabet.
  const place = (type: InstanceType) => String(all.indexOf(type)).padStart(4, '0')
  const { items, nextToken } = page(asked.filter(matchFilters(input.Filters, filters)), input, {
    key: place,
    maximum: 100,
    ids: named.length > 0 ? 'instanceTypes' : undefined,
  })
  const withCapacity = input.Availability === true && tx.caller.isCloudAdmin
  return {
    InstanceTypeDetails: items.map(eucalyptusView(tx, withCapacity)),
    InstanceTypes: items.map(awsView),
    NextToken: nextToken,
  }
}

// What this cloud's answers say nothing of.
const untold = withoutMatch<InstanceType>([
  'ebs-info.attachment-limit-type',
  'ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps',
  'ebs-info.ebs-optimized-info.baseline-iops',
  'ebs-info.ebs-optimized-info.baseline-throughput-in-mbps',
  'ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps',
  'ebs-info.ebs-optimized-info.maximum-iops',
  'ebs-info.ebs-optimized-info.maximum-throughput-in-mbps',
  'ebs-info.maximum-ebs-attachments',
  'hypervisor',
  'instance-storage-info.disk.count',
  'instance-storage-info.disk.size-in-gb',
  'instance-storage-info.disk.type',
  'instance-storage-info.encryption-support',
  'instance-storage-info.nvme-support',
  'network-info.bandwidth-weightings',
  'network-info.efa-info.maximum-efa-interfaces',
  'network-info.efa-supported',
  'network-info.ena-support',
  'network-info.encryption-in-transit-supported',
  'network-info.flexible-ena-queues-support',
  'network-info.ipv4-addresses-per-interface',
  'network-info.ipv6-addresses-per-interface',
  'network-info.ipv6-supported',
  'network-info.maximum-network-cards',
  'network-info.network-performance',
  'nitro-enclaves-support',
  'nitro-tpm-info.supported-versions',
  'nitro-tpm-support',
  'processor-info.supported-features',
  'processor-info.sustained-clock-speed-in-ghz',
  'reboot-migration-support',
  'supported-boot-mode',
  'vcpu-info.default-cores',
  'vcpu-info.default-threads-per-core',
  'vcpu-info.valid-cores',
  'vcpu-info.valid-threads-per-core',
])

const filters: FilterTable<InstanceType> = {
  ...untold,
  'auto-recovery-supported': () => false,
  'bare-metal': () => false,
  'burstable-performance-supported': () => false,
  'current-generation': () => true,
  'dedicated-hosts-supported': () => false,
  'ebs-info.ebs-optimized-support': () => 'unsupported',
  'ebs-info.encryption-support': () => 'unsupported',
  'ebs-info.nvme-support': () => 'unsupported',
  'free-tier-eligible': () => false,
  'hibernation-supported': () => false,
  'instance-storage-info.total-size-in-gb': type => type.diskGib,
  'instance-storage-supported': () => true,
  'instance-type': type => type.name,
  'memory-info.size-in-mib': type => type.memoryMib,
  'network-info.maximum-network-interfaces': type => type.networkInterfaces,
  'processor-info.supported-architecture': () => ['i386', 'x86_64'],
  'supported-root-device-type': () => ['ebs', 'instance-store'],
  'supported-usage-class': () => 'on-demand',
  'supported-virtualization-type': () => ['paravirtual', 'hvm'],
  'vcpu-info.default-vcpus': type => type.cpus,
}

const eucalyptusView = (tx: Tx, withCapacity: boolean) => {
  const zones = zoneNames.map(zone => ({ zone, capacity: capacities(tx, zone) }))
  return (type: InstanceType): EucalyptusInstanceType => ({
    Name: type.name,
    Cpu: type.cpus,
    MemoryMib: type.memoryMib,
    DiskGib: type.diskGib,
    NetworkInterfaces: type.networkInterfaces,
    Availability: withCapacity
      ? zones.map(({ zone, capacity }) => {
          const { max, available } = capacity(type)
          return { ZoneName: zone, Max: max, Available: available }
        })
      : [],
  })
}

const awsView = (type: InstanceType): InstanceTypeInfo => ({
  // A few of Eucalyptus' names are not among AWS' present ones, which is all that the SDK's type lists.
  InstanceType: type.name as _InstanceType,
  CurrentGeneration: true,
  FreeTierEligible: false,
  SupportedUsageClasses: ['on-demand'],
  SupportedRootDeviceTypes: ['ebs', 'instance-store'],
  SupportedVirtualizationTypes: ['paravirtual', 'hvm'],
  BareMetal: false,
  ProcessorInfo: { SupportedArchitectures: ['i386', 'x86_64'] },
  VCpuInfo: { DefaultVCpus: type.cpus },
  MemoryInfo: { SizeInMiB: type.memoryMib },
  InstanceStorageSupported: true,
  InstanceStorageInfo: { TotalSizeInGB: type.diskGib },
  NetworkInfo: { MaximumNetworkInterfaces: type.networkInterfaces },
  // What follows is here so that programs know: Terraform takes a type that says nothing of these for none.
  EbsInfo: {
    EbsOptimizedSupport: 'unsupported',
    EncryptionSupport: 'unsupported',
    NvmeSupport: 'unsupported',
  },
  PlacementGroupInfo: { SupportedStrategies: [] },
  AutoRecoverySupported: false,
  BurstablePerformanceSupported: false,
  DedicatedHostsSupported: false,
  HibernationSupported: false,
})
