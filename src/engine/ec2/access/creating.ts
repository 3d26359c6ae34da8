// SPDX-License-Identifier: BSD-2-Clause
// What operations ask that make something: its kind with `*` for an id, and what it is made of. Who makes something with
// tags also asks for ec2:CreateTags, as with AWS: its condition ec2:CreateAction says that they come with what is made.
import type {
  AuthorizeSecurityGroupIngressRequest,
  BlockDeviceMapping,
  CopyImageRequest,
  CopySnapshotRequest,
  CreateImageRequest,
  CreateKeyPairRequest,
  CreateSecurityGroupRequest,
  CreateSnapshotRequest,
  CreateSnapshotsRequest,
  CreateVolumeRequest,
  RegisterImageRequest,
  TagSpecification,
} from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { requestTags, type TagLike } from '../../tag-conditions'
import type { Snapshot } from '../schema/volumes'
import { mayRestore } from '../snapshot-access'
import { volumesOf } from '../volume-life'
import { defaultVpc } from '../vpc/foundation'
import { kinds } from '../vpc/kinds'
import { hasVpcs } from '../vpc/networking'
import { zoneAsWritten } from '../zones'
import { networkById } from './networks'
import { asking, withContext } from './on'
import {
  any,
  arn,
  groupByName,
  imageById,
  instanceById,
  keyPairByName,
  snapshotById,
  thing,
  type Values,
  volumeById,
} from './resources'

type Specifications = readonly TagSpecification[] | undefined

const tagsFor = (specifications: Specifications, type: string): readonly TagLike[] =>
  (specifications ?? []).flatMap(({ ResourceType, Tags }) => (ResourceType === type ? (Tags ?? []) : []))

/** Something new with these tags, and that it may be tagged. `operation` is what makes it, such as `CreateVolume`. */
export const made = (demand: Demand, operation: string, tags: readonly TagLike[]): readonly Demand[] => {
  const tagged = withContext(demand, requestTags(tags))
  return tags.length === 0
    ? [tagged]
    : [
        tagged,
        { ...withContext(tagged, { 'ec2:CreateAction': operation }), action: 'ec2:CreateTags' as const },
      ]
}

/** Something new of a kind that tags are specified for. */
export const newThing = (
  tx: Tx,
  type: string,
  operation: string,
  specifications: Specifications,
  context: Values = {},
): readonly Demand[] => made(thing(tx, type, any, context), operation, tagsFor(specifications, type))

/** Something new that is in no account's name space. */
export const newShared = (
  tx: Tx,
  type: 'image' | 'snapshot',
  operation: string,
  specifications: Specifications,
  context: Values = {},
): readonly Demand[] =>
  made(
    {
      ...thing(tx, type, any, { 'ec2:Owner': tx.caller.account, ...context }),
      resource: arn(tx, type, any, ''),
    },
    operation,
    tagsFor(specifications, type),
  )

/** The snapshots that a request's devices are of. */
export const mappedSnapshots = (
  tx: Tx,
  mappings: readonly BlockDeviceMapping[] | undefined,
): readonly Demand[] =>
  [...new Set((mappings ?? []).flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : [])))].map(id =>
    snapshotById(tx, id),
  )

export const numeric = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

/** A snapshot that the caller may know of. */
export const snapshotSeen = (tx: Tx, id: string | undefined): Snapshot | undefined => {
  const snapshot = tx.snapshots.get((id ?? '').toLowerCase())
  return snapshot && mayRestore(tx.caller, snapshot) ? snapshot : undefined
}

export const parentSnapshot = (tx: Tx, id: string | undefined): string | undefined =>
  id === undefined ? undefined : arn(tx, 'snapshot', id.toLowerCase(), '')

// ---- volumes and snapshots ---------------------------------------------------------------------------------------

export const toCreateVolume = asking<CreateVolumeRequest>((tx, input) => {
  const parent = snapshotSeen(tx, input.SnapshotId)
  return [
    ...newThing(tx, 'volume', 'CreateVolume', input.TagSpecifications, {
      'ec2:AvailabilityZone': zoneAsWritten(input.AvailabilityZone ?? input.AvailabilityZoneId),
      'ec2:Encrypted': String(input.Encrypted ?? false),
      'ec2:ParentSnapshot': parentSnapshot(tx, input.SnapshotId),
      'ec2:VolumeSize': numeric(input.Size ?? parent?.sizeGib),
      'ec2:VolumeType': input.VolumeType ?? 'standard',
      'ec2:VolumeIops': numeric(input.Iops),
      'ec2:VolumeThroughput': numeric(input.Throughput),
    }),
    ...(input.SnapshotId ? [snapshotById(tx, input.SnapshotId)] : []),
  ]
})

export const toCreateSnapshot = asking<CreateSnapshotRequest>((tx, input) => [
  ...newShared(tx, 'snapshot', 'CreateSnapshot', input.TagSpecifications, {
    'ec2:ParentVolume': input.VolumeId && arn(tx, 'volume', input.VolumeId.toLowerCase()),
  }),
  volumeById(tx, input.VolumeId || any),
])

/** Of an instance of the caller's: what volumes others have is not asked about. */
export const toCreateSnapshots = asking<CreateSnapshotsRequest>(
  (tx, { InstanceSpecification, TagSpecifications }) => {
    const id = (InstanceSpecification?.InstanceId ?? '').toLowerCase()
    const isOwn = tx.instances.get(id)?.account === tx.caller.account
    const volumes = isOwn ? volumesOf(tx, id) : []
    const parents = volumes.length > 0 ? volumes.map(volume => arn(tx, 'volume', volume.id)) : [undefined]
    return [
      ...parents.flatMap(parent =>
        newShared(tx, 'snapshot', 'CreateSnapshots', TagSpecifications, { 'ec2:ParentVolume': parent }),
      ),
      ...volumes.map(volume => volumeById(tx, volume.id)),
      instanceById(tx, InstanceSpecification?.InstanceId || any),
    ]
  },
)

export const toCopySnapshot = asking<CopySnapshotRequest>((tx, input) => [
  ...newShared(tx, 'snapshot', 'CopySnapshot', input.TagSpecifications),
  snapshotById(tx, input.SourceSnapshotId || any),
])

// ---- images ------------------------------------------------------------------------------------------------------

export const toRegisterImage = asking<RegisterImageRequest>((tx, input) => [
  ...newShared(tx, 'image', 'RegisterImage', input.TagSpecifications),
  ...mappedSnapshots(tx, input.BlockDeviceMappings),
])

export const toCreateImage = asking<CreateImageRequest>((tx, input) => [
  ...newShared(tx, 'image', 'CreateImage', input.TagSpecifications),
  ...newShared(tx, 'snapshot', 'CreateImage', input.TagSpecifications),
  instanceById(tx, input.InstanceId || any),
  ...mappedSnapshots(tx, input.BlockDeviceMappings),
])

export const toCopyImage = asking<CopyImageRequest>((tx, input) => [
  ...newShared(tx, 'image', 'CopyImage', input.TagSpecifications),
  ...newShared(tx, 'snapshot', 'CopyImage', input.TagSpecifications),
  imageById(tx, input.SourceImageId || any),
])

// ---- the network -------------------------------------------------------------------------------------------------

type NewKeyPair = Pick<CreateKeyPairRequest, 'KeyName' | 'TagSpecifications'>

/** A key pair is known by its name before it is there. */
const newKeyPair = (operation: string) =>
  asking<NewKeyPair>((tx, { KeyName, TagSpecifications }) =>
    made(keyPairByName(tx, KeyName || any), operation, tagsFor(TagSpecifications, 'key-pair')),
  )

export const toCreateKeyPair = newKeyPair('CreateKeyPair')
export const toImportKeyPair = newKeyPair('ImportKeyPair')

/** In a VPC, the VPC is asked about as well. */
export const toCreateSecurityGroup = asking<CreateSecurityGroupRequest>((tx, input) => {
  const vpcId = input.VpcId || (hasVpcs(tx) ? defaultVpc(tx)?.id : undefined)
  const vpc = vpcId === undefined ? undefined : networkById(kinds.vpc)(tx, vpcId)
  return [
    ...newThing(tx, 'security-group', 'CreateSecurityGroup', input.TagSpecifications, {
      'ec2:Vpc': vpc?.resource,
    }),
    ...(vpc ? [vpc] : []),
  ]
})

const toAuthorize = (operation: string) =>
  asking<AuthorizeSecurityGroupIngressRequest>((tx, input) => {
    const rules = newThing(tx, 'security-group-rule', operation, input.TagSpecifications)
    return [groupByName(tx, input.GroupId || input.GroupName || any), ...rules.slice(1)]
  })

export const toAuthorizeIngress = toAuthorize('AuthorizeSecurityGroupIngress')
export const toAuthorizeEgress = toAuthorize('AuthorizeSecurityGroupEgress')
