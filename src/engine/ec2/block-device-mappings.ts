// SPDX-License-Identifier: BSD-2-Clause
// Block device mappings as requests write them (engine-ebs §3): what each kind of request may say, and what is read
// from it.
import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { DeviceMapping, EbsMapping } from './schema/images'
import type { Snapshot } from './schema/volumes'
import { mayRestore, mustBeCompleted } from './snapshot-access'
import { checkVolumeType, type Performance } from './volume-types'

const deviceSyntax = /^(?:\/dev\/)?(?:[svh]|xv)d[a-z]([1-9])*$/
const virtualSyntax = /^ephemeral[0123]$/

export interface MappingRules {
  /** Volumes may be mapped. */
  readonly ebs: boolean
  /** A device may be suppressed. */
  readonly noDevice: boolean
  /** `/dev/sda1` means the root, unless `/dev/sda` is mapped as well. */
  readonly sda1: boolean
  /** More than one ephemeral disk: refused, or the further ones dropped. */
  readonly extra: 'refuse' | 'drop'
}

/** By kind of request. That `/dev/sda1` means the root of a running instance too is this cloud's own. */
export const mappingRules = {
  registerInstanceStore: { ebs: false, noDevice: true, sda1: false, extra: 'refuse' },
  registerEbs: { ebs: true, noDevice: false, sda1: true, extra: 'refuse' },
  createImage: { ebs: true, noDevice: true, sda1: false, extra: 'refuse' },
  runEbs: { ebs: true, noDevice: true, sda1: true, extra: 'drop' },
  runInstanceStore: { ebs: false, noDevice: true, sda1: false, extra: 'drop' },
} as const satisfies Readonly<Record<string, MappingRules>>

/** Answers with a message; `code` is what AWS has for it, where the request has no code of its own for all of them. */
export type RefuseMapping = (message: string, code?: string) => never

/** A volume as it was asked for. What is absent is filled in from elsewhere. */
export interface EbsAsked extends Partial<Performance> {
  readonly snapshot?: Snapshot
  readonly sizeGib?: number
  /** True unless the request says otherwise, wherever it says anything about a volume (engine-ebs §2). */
  readonly deleteOnTermination: boolean
}

export type AskedMapping = Omit<DeviceMapping, 'ebs'> & { readonly ebs?: EbsAsked }

/** Without `/dev/`, as names are compared. */
export const shortDevice = (name: string): string => name.replace(/^\/dev\//, '')

export const sameDevice = (one: string, other: string): boolean => shortDevice(one) === shortDevice(other)

/** Whether a request's device is the root of this name: `/dev/sda1` is another name of `/dev/sda`. */
export const isRootDevice = (device: string, root: string): boolean =>
  sameDevice(device, root) || (shortDevice(device) === 'sda1' && shortDevice(root) === 'sda')

/** A completed snapshot that the caller may make volumes from. */
const snapshotFor = (tx: Tx, device: string, id: string, fail: RefuseMapping): Snapshot => {
  const snapshot = tx.snapshots.get(id.toLowerCase())
  if (!snapshot || !mayRestore(tx.caller, snapshot)) {
    return fail(`Unable to find snapshot ${id} for ${device}`, 'InvalidSnapshot.NotFound')
  }
  mustBeCompleted(snapshot)
  return snapshot
}

const performanceOf = ({ VolumeType, Iops, Throughput }: EbsBlockDevice): Partial<Performance> =>
  VolumeType === undefined && Iops === undefined && Throughput === undefined
    ? {}
    : checkVolumeType(VolumeType, Iops, Throughput)

const readEbs = (tx: Tx, device: string, ebs: EbsBlockDevice, fail: RefuseMapping): EbsAsked => {
  const { SnapshotId, VolumeSize: sizeGib } = ebs
  if (ebs.Encrypted || ebs.KmsKeyId) {
    refuse('UnsupportedOperation', 'Volumes are not encrypted in this cloud.')
  }
  const snapshot = SnapshotId ? snapshotFor(tx, device, SnapshotId, fail) : undefined
  if (sizeGib !== undefined && sizeGib <= 0) fail(`Volume size for ${device} cannot be ${sizeGib}`)
  if (sizeGib !== undefined && snapshot && sizeGib < snapshot.sizeGib) {
    fail(`Size of the volume cannot be smaller than the source snapshot for ${device}`)
  }
  return {
    ...(snapshot && { snapshot }),
    ...(sizeGib !== undefined && { sizeGib }),
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
    ...performanceOf(ebs),
  }
}

const readMapping = (
  tx: Tx,
  mapping: BlockDeviceMapping,
  rules: MappingRules,
  fail: RefuseMapping,
): AskedMapping => {
  const deviceName = mapping.DeviceName ?? ''
  if (mapping.Ebs) {
    if (!rules.ebs) fail('Ebs block device mappings are not supported')
    return { deviceName, ebs: readEbs(tx, deviceName, mapping.Ebs, fail) }
  }
  if (mapping.VirtualName) {
    if (!virtualSyntax.test(mapping.VirtualName)) {
      fail(`Virtual device name must be of the form ephemeral[0123]. Fix the mapping for ${deviceName}`)
    }
    return { deviceName, virtualName: mapping.VirtualName }
  }
  // An empty NoDevice element is how AWS' own clients say yes.
  if (mapping.NoDevice === undefined || mapping.NoDevice === 'false') {
    fail(`Incorrectly constructed block device mapping for ${deviceName}. Refer to documentation`)
  }
  if (!rules.noDevice) fail(`Block device mapping for ${deviceName} cannot be suppressed`)
  return { deviceName }
}

/** Mappings of a request, checked one after the other. */
export const readMappings = (
  tx: Tx,
  mappings: readonly BlockDeviceMapping[] = [],
  rules: MappingRules,
  fail: RefuseMapping,
): readonly AskedMapping[] => {
  const all = mappings.map(({ DeviceName = '' }) => shortDevice(DeviceName))
  const isRootAlias = (device: string) => rules.sda1 && device === 'sda1' && !all.includes('sda')
  const seen = new Set<string>()
  let ephemeral = 0
  const result: AskedMapping[] = []
  for (const mapping of mappings) {
    const name = mapping.DeviceName ?? ''
    const device = shortDevice(name)
    if (!deviceSyntax.test(name)) fail(`Device name ${name} is invalid`)
    if (/\d$/.test(name) && !isRootAlias(device)) {
      fail(`${name} is not supported. Device name cannot be a partition`)
    }
    if (seen.has(device)) fail(`${name} is assigned multiple times`)
    seen.add(device)
    const read = readMapping(tx, mapping, rules, fail)
    if (read.virtualName) ephemeral += 1
    if (!read.virtualName || ephemeral === 1) result.push(read)
    else if (rules.extra === 'refuse') {
      fail(`Only one ephemeral device is supported. More than one ephemeral device mappings found`)
    }
  }
  return result
}

/** With what was not asked for: the snapshot's size, or else another volume's, usually the root's. */
const completeEbs = ({ snapshot, sizeGib, ...asked }: EbsAsked, otherwiseGib: number): EbsMapping => ({
  volumeType: 'standard',
  ...asked,
  ...(snapshot && { snapshotId: snapshot.id }),
  sizeGib: sizeGib ?? snapshot?.sizeGib ?? otherwiseGib,
})

/** A mapping as it is kept. */
export const completeMapping = ({ ebs, ...rest }: AskedMapping, otherwiseGib: number): DeviceMapping => ({
  ...rest,
  ...(ebs && { ebs: completeEbs(ebs, otherwiseGib) }),
})
