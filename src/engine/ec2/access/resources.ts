// SPDX-License-Identifier: BSD-2-Clause
// What policies call the things of the compute service, and what their conditions may look at.
//
// Names are those of AWS. Images and snapshots are in no account's name space, as accounts share them. Addresses, which
// have no id outside a VPC, zones and types of instances are Eucalyptus': `address/198.18.0.1`,
// `availabilityzone/PARTI00`, `vmtype/m1.small`. Groups go by their ids and key pairs by their names, however the request
// names them.
//
// Permission is asked before it is looked whether a thing is there. One that is not, or that the caller may not see, has
// the name that the request gives it, in his own account: nothing can be learnt from how he is refused.
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { resourceTags } from '../../tag-conditions'
import { tagsOf } from '../../tags'
import { mayRun } from '../image-access'
import { canonicalImageId } from '../image-ids'
import type { Image } from '../schema/images'
import type { Instance } from '../schema/instances'
import type { Address, KeyPair, SecurityGroup } from '../schema/network'
import type { Snapshot, Volume } from '../schema/volumes'
import { groupById, groupsOf, hasUniqueName } from '../security-group-records'
import { mayRestore } from '../snapshot-access'

export type Values = NonNullable<Demand['context']>

/** Anything of a kind: what is to be made, or what the request leaves out. */
export const any = '*'

export const arn = (tx: Tx, type: string, id: string, account = tx.caller.account): string =>
  `arn:aws:ec2:${tx.region}:${account}:${type}/${id}`

/** Each account has its own tags on what is shared. */
export const tagsOn = (tx: Tx, id: string, account?: string): Values =>
  resourceTags('ec2', tagsOf(tx, id, account))

export const regional = (tx: Tx, context: Values = {}): Values => ({ 'ec2:Region': tx.region, ...context })

/** A thing of this kind that has no record, or none for the caller. */
export const thing = (tx: Tx, type: string, id: string, context?: Values): Demand => ({
  resource: arn(tx, type, id),
  context: regional(tx, context),
})

export const owned = <R extends { readonly account: string }>(
  tx: Tx,
  record: R | undefined,
): R | undefined =>
  record && (tx.caller.isCloudAdmin || record.account === tx.caller.account) ? record : undefined

// ---- of records --------------------------------------------------------------------------------------------------

export const instanceDemand = (tx: Tx, instance: Instance): Demand => ({
  resource: arn(tx, 'instance', instance.id, instance.account),
  context: regional(tx, {
    'ec2:InstanceID': instance.id,
    'ec2:InstanceType': instance.instanceType,
    'ec2:AvailabilityZone': instance.zone,
    'ec2:Tenancy': instance.tenancy,
    'ec2:RootDeviceType': instance.rootDeviceType ?? 'instance-store',
    'ec2:InstanceProfile': instance.profileArn,
    'ec2:PlacementGroup': instance.placementGroup,
    ...tagsOn(tx, instance.id, instance.account),
  }),
})

export const imageDemand = (tx: Tx, image: Image): Demand => ({
  resource: arn(tx, 'image', image.id, ''),
  context: regional(tx, {
    'aws:ResourceAccount': image.account,
    'ec2:ImageID': image.id,
    'ec2:ImageType': image.kind,
    'ec2:Owner': image.account,
    'ec2:Public': String(image.isPublic),
    'ec2:RootDeviceType': image.rootDeviceType ?? 'instance-store',
    ...tagsOn(tx, image.id),
  }),
})

export const volumeDemand = (tx: Tx, volume: Volume): Demand => ({
  resource: arn(tx, 'volume', volume.id, volume.account),
  context: regional(tx, {
    'ec2:VolumeID': volume.id,
    'ec2:AvailabilityZone': volume.zone,
    'ec2:Encrypted': 'false',
    'ec2:ParentSnapshot': volume.snapshotId && arn(tx, 'snapshot', volume.snapshotId, ''),
    'ec2:VolumeSize': String(volume.sizeGib),
    'ec2:VolumeType': volume.volumeType,
    'ec2:VolumeIops': volume.iops === undefined ? undefined : String(volume.iops),
    'ec2:VolumeThroughput': volume.throughput === undefined ? undefined : String(volume.throughput),
    ...tagsOn(tx, volume.id, volume.account),
  }),
})

export const snapshotDemand = (tx: Tx, snapshot: Snapshot): Demand => ({
  resource: arn(tx, 'snapshot', snapshot.id, ''),
  context: regional(tx, {
    'aws:ResourceAccount': snapshot.account,
    'ec2:SnapshotID': snapshot.id,
    'ec2:Owner': snapshot.account,
    'ec2:Encrypted': 'false',
    'ec2:ParentVolume': arn(tx, 'volume', snapshot.volumeId, snapshot.account),
    'ec2:SnapshotTime': snapshot.startedAt.toISOString(),
    'ec2:VolumeSize': String(snapshot.sizeGib),
    ...tagsOn(tx, snapshot.id),
  }),
})

export const groupDemand = (tx: Tx, group: SecurityGroup): Demand => ({
  resource: arn(tx, 'security-group', group.id, group.account),
  context: regional(tx, {
    'ec2:SecurityGroupID': group.id,
    'ec2:Vpc': group.vpcId && arn(tx, 'vpc', group.vpcId, group.account),
    ...tagsOn(tx, group.id, group.account),
  }),
})

export const keyPairDemand = (tx: Tx, pair: KeyPair): Demand => ({
  resource: arn(tx, 'key-pair', pair.name, pair.account),
  context: regional(tx, {
    'ec2:KeyPairName': pair.name,
    'ec2:KeyPairType': pair.type,
    ...tagsOn(tx, pair.id, pair.account),
  }),
})

/** One that an instance was given belongs to nobody. */
export const addressDemand = (tx: Tx, { ip, account, allocationId }: Address): Demand =>
  allocationId === undefined
    ? {
        resource: arn(tx, 'address', ip, account),
        context: regional(tx, { 'ec2:PublicIpAddress': ip, 'ec2:Domain': 'standard' }),
      }
    : {
        resource: arn(tx, 'elastic-ip', allocationId, account),
        context: regional(tx, {
          'ec2:AllocationId': allocationId,
          'ec2:PublicIpAddress': ip,
          'ec2:Domain': 'vpc',
          ...tagsOn(tx, allocationId, account),
        }),
      }

export const zoneDemand = (tx: Tx, zone: string): Demand =>
  thing(tx, 'availabilityzone', zone, { 'ec2:AvailabilityZone': zone })

export const typeDemand = (tx: Tx, type: string): Demand =>
  thing(tx, 'vmtype', type, { 'ec2:InstanceType': type })

// ---- of ids as requests have them --------------------------------------------------------------------------------

export type ById = (tx: Tx, id: string) => Demand

export const instanceById: ById = (tx, text) => {
  const id = text.toLowerCase()
  const instance = owned(tx, tx.instances.get(id))
  return instance ? instanceDemand(tx, instance) : thing(tx, 'instance', id)
}

export const imageById: ById = (tx, text) => {
  const id = canonicalImageId(text)
  const image = tx.images.get(id)
  return image && mayRun(tx.caller, image)
    ? imageDemand(tx, image)
    : { resource: arn(tx, 'image', id, ''), context: regional(tx) }
}

export const volumeById: ById = (tx, text) => {
  const id = text.toLowerCase()
  const volume = owned(tx, tx.volumes.get(id))
  return volume ? volumeDemand(tx, volume) : thing(tx, 'volume', id)
}

export const snapshotById: ById = (tx, text) => {
  const id = text.toLowerCase()
  const snapshot = tx.snapshots.get(id)
  return snapshot && mayRestore(tx.caller, snapshot)
    ? snapshotDemand(tx, snapshot)
    : { resource: arn(tx, 'snapshot', id, ''), context: regional(tx) }
}

/** By id, or by name in the caller's account. */
export const groupByName: ById = (tx, text) => {
  const byId = /^sg-/i.test(text) ? owned(tx, groupById(tx, text)) : undefined
  const group = byId ?? groupsOf(tx).find(one => one.name === text && hasUniqueName(tx, one))
  return group ? groupDemand(tx, group) : thing(tx, 'security-group', text)
}

export const keyPairByName: ById = (tx, text) => {
  const pair = tx.keyPairs.get(text)
  return pair ? keyPairDemand(tx, pair) : thing(tx, 'key-pair', text, { 'ec2:KeyPairName': text })
}

export const keyPairById: ById = (tx, text) => {
  const pair = tx.keyPairs.list().find(({ id }) => id === text.toLowerCase())
  return pair ? keyPairDemand(tx, pair) : thing(tx, 'key-pair', text)
}

/** Rules are tagged by themselves. */
export const ruleById: ById = (tx, text) =>
  thing(tx, 'security-group-rule', text.toLowerCase(), tagsOn(tx, text.toLowerCase()))
