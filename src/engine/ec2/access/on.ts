// SPDX-License-Identifier: BSD-2-Clause
// What operations on things that are there ask: for each thing that a member of the request names.
import type { ModifyInstanceAttributeRequest, ModifyVolumeRequest } from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { isUnbound } from './lists'
import {
  any,
  type ById,
  groupByName,
  imageById,
  instanceById,
  keyPairById,
  keyPairByName,
  snapshotById,
  typeDemand,
  type Values,
  volumeById,
} from './resources'

type Named<Member extends string> = {
  readonly [M in Member]?: string | readonly string[] | undefined
}

export const listed = (value: string | readonly string[] | undefined): readonly string[] => {
  const values = typeof value === 'string' ? [value] : (value ?? [])
  return values.length > 0 ? values : [any]
}

/** What an operation asks. Cloud administrators are asked nothing. */
export const asking =
  <Input>(demands: (tx: Tx, input: Input) => readonly Demand[]) =>
  (tx: Tx, input: Input): readonly Demand[] =>
    isUnbound(tx) ? [] : demands(tx, input)

/** Asks about each thing that a member of the request names. */
export const of =
  (byId: ById) =>
  <Member extends string>(member: Member) =>
    asking<Named<Member>>((tx, input) => listed(input[member]).map(id => byId(tx, id)))

/** `on.volumes('VolumeId')`: the volume that is named there. */
export const on = {
  instances: of(instanceById),
  images: of(imageById),
  volumes: of(volumeById),
  snapshots: of(snapshotById),
  /** A bundle task has its instance's digits. */
  bundledInstances: of((tx, id) => instanceById(tx, id.replace(/^bun-/i, 'i-'))),
}

/** Everything or nothing: what is asked about has no name. */
export const onEverything = (): readonly Demand[] => [{ resource: any }]

export const withContext = (demand: Demand, context: Values): Demand => ({
  ...demand,
  context: { ...demand.context, ...context },
})

interface GroupReference {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
}

export const onGroup = asking<GroupReference>((tx, { GroupId, GroupName }) => [
  groupByName(tx, GroupId || GroupName || any),
])

interface KeyPairReference {
  readonly KeyName?: string | undefined
  readonly KeyPairId?: string | undefined
}

export const onKeyPair = asking<KeyPairReference>((tx, { KeyName, KeyPairId }) => [
  KeyName ? keyPairByName(tx, KeyName) : KeyPairId ? keyPairById(tx, KeyPairId) : keyPairByName(tx, any),
])

interface AttachmentReference {
  readonly VolumeId?: string | undefined
  readonly InstanceId?: string | undefined
}

/** A volume, and the instance that it is given to or taken from. */
export const onAttachment = asking<AttachmentReference>((tx, { VolumeId, InstanceId }) => {
  const volume = tx.volumes.get((VolumeId ?? '').toLowerCase())
  const isSeen = volume && (volume.account === tx.caller.account || tx.caller.isCloudAdmin)
  const holder = isSeen ? volume.attachment?.instanceId : undefined
  // Whatever the request says, it is taken from the instance that has it.
  const named = [...(InstanceId ? [InstanceId] : []), ...(holder ? [holder] : [])]
  return [volumeById(tx, VolumeId || any), ...listed([...new Set(named)]).map(id => instanceById(tx, id))]
})

interface TypeReference {
  readonly Name?: string | undefined
}

export const onType = asking<TypeReference>((tx, { Name }) => [typeDemand(tx, Name || any)])

const given = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

const text = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

/** An instance, and when it gets another type, that type, and the instance as it will be; and the groups it is to be in. */
export const onChangedInstance = asking<ModifyInstanceAttributeRequest>((tx, input) => {
  const instance = instanceById(tx, input.InstanceId || any)
  const demands = [instance, ...(input.Groups ?? []).map(id => groupByName(tx, id))]
  const type = input.InstanceType?.Value ?? (input.Attribute === 'instanceType' ? input.Value : undefined)
  if (type === undefined) return demands
  return [...demands, withContext(instance, { 'ec2:InstanceType': type }), typeDemand(tx, type)]
})

/** A volume as it is, and as it will be: who may have small ones alone makes none of them large. */
export const onChangedVolume = asking<ModifyVolumeRequest>((tx, input) => {
  const volume = volumeById(tx, input.VolumeId || any)
  const changes = given({
    'ec2:VolumeSize': text(input.Size),
    'ec2:VolumeType': input.VolumeType,
    'ec2:VolumeIops': text(input.Iops),
    'ec2:VolumeThroughput': text(input.Throughput),
  })
  return [volume, withContext(volume, changes)]
})
