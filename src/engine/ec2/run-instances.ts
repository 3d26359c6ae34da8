// SPDX-License-Identifier: BSD-2-Clause
import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { contractsOf } from '../policy/lifetimes'
import { putTags, specifiedTags } from '../tags'
import { newInstance, toRunIn } from './access/launching'
import { autoAddress, privateAddress } from './address-pools'
import { instanceTypeNamed, sizeAtStart } from './capacity'
import {
  checkCounts,
  checkGroups,
  checkImages,
  checkKey,
  checkProfile,
  checkSize,
  checkUserData,
  placeInstances,
  refuseTemplates,
  refuseUnableTo,
  refuseUnsupported,
  stopProtection,
} from './instance-launch'
import { begun } from './instance-life'
import { launchMappings } from './instance-mappings'
import { reservationView } from './instance-views'
import { launchVolumes } from './instance-volumes'
import { metadataOptionsAsked } from './metadata-options'
import { checkPlacement } from './placement'
import { instanceProperties } from './properties'
import { madeBy, withinInstanceQuotas } from './quotas'
import type { Instance } from './schema/instances'
import { autoAddressInVpc } from './vpc/interface-addresses'
import { networkMaker, networkWanted, withinSubnets } from './vpc/launch-networks'
import { hasVpcs } from './vpc/networking'
import { zoneNamed } from './zones'

type Request = RunInstancesRequest & { readonly AddressingType?: string }

/** `d0:0d` and the instance's own hex digits, as Eucalyptus makes them. */
const macAddress = (id: string): string =>
  `${instanceProperties.macPrefix}:${id.slice(2, 10).match(/../g)?.join(':')}`

const checkAddressing = (type: string | undefined): boolean => {
  if (type !== undefined && type !== 'public' && type !== 'private') {
    refuse('InvalidParameterValue', `Value (${type}) for parameter addressingType is invalid.`)
  }
  return type !== 'private'
}

/** When policies that allow instances let them end. */
const lifetimeOf = (tx: Tx, input: Request): Date | undefined =>
  contractsOf(tx.decide(newInstance(tx, input)).by, tx.now)

const secondsTo = (tx: Tx, end: Date): number => Math.max(0, (end.getTime() - tx.now.getTime()) / 1000)

/** The first of those that are known when none is asked for. */
const oneOf = <T extends string>(value: string | undefined, known: readonly T[], name: string): T => {
  const [first] = known
  return (
    (value === undefined ? first : known.find(one => one === value)) ??
    refuse('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid.`)
  )
}

/** What all instances of the request have in common. Every check is made here. */
const template = (tx: Tx, input: Request) => {
  refuseTemplates(input)
  refuseUnableTo(input)
  const type = instanceTypeNamed(tx, input.InstanceType)
  checkPlacement(input.Placement)
  const zone = input.Placement?.AvailabilityZone ? zoneNamed(input.Placement.AvailabilityZone) : undefined
  const { machine, kernelId, ramdiskId } = checkImages(tx, input)
  const keyName = checkKey(tx, input.KeyName)
  const groupIds = hasVpcs(tx) ? [] : checkGroups(tx, input)
  if (!hasVpcs(tx)) refuseUnsupported(input)
  const profile = checkProfile(tx, input)
  const mappings = launchMappings(tx, input, machine)
  const userData = checkUserData(input.UserData)
  const metadataOptions = input.MetadataOptions && metadataOptionsAsked(input.MetadataOptions)
  checkSize(machine, type)
  const virtualizationType = machine.virtualizationType ?? 'paravirtual'
  const { rootDeviceType } = machine
  return {
    type,
    zone,
    mappings,
    shared: {
      ...madeBy(tx),
      state: 'pending' as const,
      reason: '',
      imageId: machine.id,
      ...(kernelId && { kernelId }),
      ...(ramdiskId && { ramdiskId }),
      architecture: machine.architecture,
      platform: machine.platform,
      virtualizationType,
      rootDeviceName: machine.rootDeviceName ?? '/dev/sda',
      ...(rootDeviceType && { rootDeviceType }),
      productCodes: machine.productCodes,
      mappings: mappings.filter(({ ebs }) => !ebs),
      instanceType: type.name,
      ...sizeAtStart(tx, type),
      ...(keyName && { keyName }),
      groupIds,
      monitoring: input.Monitoring?.Enabled ?? false,
      ...(userData && { userData }),
      ...(metadataOptions && { metadataOptions }),
      ...(input.ClientToken && { clientToken: input.ClientToken }),
      tenancy: oneOf(input.Placement?.Tenancy, ['default', 'dedicated'], 'tenancy'),
      disableApiTermination: input.DisableApiTermination ?? false,
      ...(stopProtection(input.DisableApiStop, rootDeviceType === 'ebs') && { disableApiStop: true }),
      shutdownBehavior: oneOf(
        input.InstanceInitiatedShutdownBehavior,
        rootDeviceType === 'ebs' ? ['stop', 'terminate'] : ['terminate', 'stop'],
        'instanceInitiatedShutdownBehavior',
      ),
      launchedAt: tx.now,
      ...profile,
      reboots: 0,
    },
  }
}

export const runInstances: Operation<Request, Reservation> = (tx, input) => {
  const counts = checkCounts(input)
  const { type, zone: zoneAsked, mappings, shared } = template(tx, input)
  const isAddressed = checkAddressing(input.AddressingType)
  const wanted = hasVpcs(tx) ? networkWanted(tx, input, type.name, counts.maximum) : undefined
  const types = ['instance', 'volume', ...(wanted ? ['network-interface'] : [])]
  const tags = specifiedTags(input.TagSpecifications, 'instance', types)
  const volumeTags = specifiedTags(input.TagSpecifications, 'volume', types)
  const interfaceTags = specifiedTags(input.TagSpecifications, 'network-interface', types)
  const { zone, count: placed } = placeInstances(tx, zoneAsked, type, counts, wanted?.zones, zone =>
    toRunIn(tx, input, zone),
  )
  const network = wanted?.planIn(zone)
  const isPublic = network ? network.isPublic : isAddressed
  const addressed = network ? withinSubnets(tx, network, placed, counts.minimum) : placed
  const count = withinInstanceQuotas(tx, type, addressed, counts.minimum)
  const until = lifetimeOf(tx, input)
  const connect = network && networkMaker(tx, network, count, interfaceTags)
  const reservationId = freshId(tx, 'r', id => tx.instances.list().some(one => one.reservationId === id))
  const instances: Instance[] = []
  for (let launchIndex = 0; launchIndex < count; launchIndex++) {
    const id = freshId(tx, 'i', id => tx.instances.get(id) !== undefined)
    const address = privateAddress(tx, id)
    const connected = connect?.(id)
    const instance: Instance = {
      id,
      reservationId,
      launchIndex,
      zone,
      privateIp: address,
      macAddress: macAddress(id),
      ...(!isPublic && { isPrivate: true }),
      ...shared,
      ...(connected && { ...connected.part, hostIp: address }),
    }
    tx.instances.put(instance)
    launchVolumes(tx, instance, mappings, volumeTags)
    if (isPublic && connected) autoAddressInVpc(tx, connected.primary)
    else if (isPublic) autoAddress(tx, id)
    putTags(tx, id, tags)
    begun(tx, instance)
    if (until) tx.after(secondsTo(tx, until), 'instance.expired', id)
    instances.push(instance)
  }
  tx.event('VmInstances', 'INFO', `Running ${count} of ${shared.imageId} in ${zone}: ${reservationId}`)
  return reservationView(tx, instances)
}
