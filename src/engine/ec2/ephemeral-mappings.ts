// SPDX-License-Identifier: BSD-2-Clause
// Block device mappings where only ephemeral disks are allowed: of instance-store images and their instances
// (engine-ebs §3).
import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import type { DeviceMapping } from './schema/images'

const deviceSyntax = /^(?:\/dev\/)?(?:[svh]|xv)d[a-z]([1-9])*$/
const virtualSyntax = /^ephemeral[0123]$/

export interface MappingRules {
  /** What to answer with one of the messages below. */
  readonly refuse: (message: string) => never
  /** More than one ephemeral disk: refused at registration, the further ones dropped at run. */
  readonly extra: 'refuse' | 'drop'
}

/** Without `/dev/`, as names are compared. */
export const shortDevice = (name: string): string => name.replace(/^\/dev\//, '')

const checkDevice = (name: string, rules: MappingRules): void => {
  if (!deviceSyntax.test(name)) rules.refuse(`Device name ${name} is invalid`)
  if (/\d$/.test(name)) rules.refuse(`${name} is not supported. Device name cannot be a partition`)
}

const readMapping = (mapping: BlockDeviceMapping, rules: MappingRules): DeviceMapping => {
  const deviceName = mapping.DeviceName ?? ''
  if (mapping.Ebs) rules.refuse('Ebs block device mappings are not supported')
  if (mapping.VirtualName) {
    if (!virtualSyntax.test(mapping.VirtualName)) {
      rules.refuse(
        `Virtual device name must be of the form ephemeral[0123]. Fix the mapping for ${deviceName}`,
      )
    }
    return { deviceName, virtualName: mapping.VirtualName }
  }
  // An empty NoDevice element is how AWS' own clients say yes.
  if (mapping.NoDevice === undefined || mapping.NoDevice === 'false') {
    rules.refuse(`Incorrectly constructed block device mapping for ${deviceName}. Refer to documentation`)
  }
  return { deviceName }
}

/** Mappings of a request, checked one after the other. */
export const ephemeralMappings = (
  mappings: readonly BlockDeviceMapping[] | undefined,
  rules: MappingRules,
): readonly DeviceMapping[] => {
  const seen = new Set<string>()
  let ephemeral = 0
  const result: DeviceMapping[] = []
  for (const mapping of mappings ?? []) {
    const name = mapping.DeviceName ?? ''
    checkDevice(name, rules)
    if (seen.has(shortDevice(name))) rules.refuse(`${name} is assigned multiple times`)
    seen.add(shortDevice(name))
    const read = readMapping(mapping, rules)
    if (read.virtualName) ephemeral += 1
    if (!read.virtualName || ephemeral === 1) result.push(read)
    else if (rules.extra === 'refuse') {
      rules.refuse(`Only one ephemeral device is supported. More than one ephemeral device mappings found`)
    }
  }
  return result
}
