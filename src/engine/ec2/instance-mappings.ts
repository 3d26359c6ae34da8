// SPDX-License-Identifier: BSD-2-Clause
// The devices of an instance that is to run: what the request maps, and what its image maps beside that (engine-ebs §3).
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import {
  type AskedMapping,
  completeMapping,
  isRootDevice,
  mappingRules,
  readMappings,
  sameDevice,
} from './block-device-mappings'
import type { DeviceMapping, EbsMapping, Image } from './schema/images'

const invalid = (message: string): never => refuse('InvalidParameterValue', message)

/** Those of the image for devices that the request does not name. One ephemeral disk is enough. */
const inherited = (image: Image, asked: readonly AskedMapping[]): readonly DeviceMapping[] => {
  const hasEphemeral = asked.some(mapping => mapping.virtualName)
  return image.mappings.filter(
    ({ deviceName, virtualName }) =>
      !asked.some(mapping => sameDevice(mapping.deviceName, deviceName)) && !(hasEphemeral && virtualName),
  )
}

const storeMappings = (image: Image, asked: readonly AskedMapping[]): readonly DeviceMapping[] => {
  const root = image.rootDeviceName ?? ''
  const disk = root.replace(/\d+$/, '')
  if (asked.some(({ deviceName }) => sameDevice(deviceName, disk))) {
    invalid(`The root device ${root} cannot be mapped or suppressed`)
  }
  return [...asked.map(mapping => completeMapping(mapping, 0)), ...inherited(image, asked)]
}

/** The root as the request wants it. What it leaves out is the image's, but for the flag (engine-ebs §3). */
const rootMapping = (image: Image, root: EbsMapping, asked: AskedMapping): EbsMapping => {
  const { deviceName: name, ebs } = asked
  if (asked.virtualName) return invalid(`The root device ${name} cannot become an ephemeral device`)
  if (!ebs) return invalid(`The root device ${name} cannot be suppressed`)
  const { snapshot, sizeGib, ...rest } = ebs
  if (snapshot && snapshot.id !== root.snapshotId) {
    invalid(`Snapshot ID cannot be modified for the root device ${name} of ${image.id}`)
  }
  if (sizeGib !== undefined && sizeGib < root.sizeGib) {
    invalid('Root device volume cannot be smaller than the image size')
  }
  return { ...root, ...rest, ...(sizeGib !== undefined && { sizeGib }) }
}

const ebsMappings = (tx: Tx, image: Image, asked: readonly AskedMapping[]): readonly DeviceMapping[] => {
  const rootName = image.rootDeviceName ?? ''
  const registered = image.mappings.find(({ deviceName }) => sameDevice(deviceName, rootName))?.ebs
  if (!registered) throw new Error(`the image ${image.id} has no root`)
  const isRoot = ({ deviceName }: AskedMapping) => isRootDevice(deviceName, rootName)
  const askedRoot = asked.find(isRoot)
  const root = askedRoot ? rootMapping(image, registered, askedRoot) : registered
  const others = asked.filter(mapping => !isRoot(mapping))
  const left = inherited(image, others).filter(({ deviceName }) => !sameDevice(deviceName, rootName))
  const all: readonly DeviceMapping[] = [
    { deviceName: rootName, ebs: root },
    ...others.map(mapping => completeMapping(mapping, root.sizeGib)),
    ...left,
  ]
  // An operator may have taken a snapshot away that the image names.
  for (const { ebs } of all) if (ebs?.snapshotId) tx.snapshots.must(ebs.snapshotId)
  return all
}

/** The devices of instances of an image, the root of an EBS image first. Refused with InvalidParameterValue. */
export const launchMappings = (
  tx: Tx,
  { BlockDeviceMappings }: Pick<RunInstancesRequest, 'BlockDeviceMappings'>,
  image: Image,
): readonly DeviceMapping[] => {
  const isEbs = image.rootDeviceType === 'ebs'
  const rules = isEbs ? mappingRules.runEbs : mappingRules.runInstanceStore
  const asked = readMappings(tx, BlockDeviceMappings, rules, invalid)
  return isEbs ? ebsMappings(tx, image, asked) : storeMappings(image, asked)
}
