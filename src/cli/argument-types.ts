// SPDX-License-Identifier: BSD-2-Clause
// What the texts of arguments may mean. Each takes a text and returns its value, or throws a TypeError whose message
// stands after `argument OPT: `. The syntaxes are those of the original's option types.
import type {
  BlockDeviceMapping,
  InstanceBlockDeviceMappingSpecification,
  InstanceNetworkInterfaceSpecification,
  Tag,
} from '@aws-sdk/client-ec2'

/** A text as the original's messages quote it. */
export const quoted = (text: string): string => {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
  return escaped.includes("'") && !escaped.includes('"')
    ? `"${escaped}"`
    : `'${escaped.replace(/'/g, "\\'")}'`
}

const invalid = (type: string, text: string): TypeError =>
  new TypeError(`invalid ${type} value: ${quoted(text)}`)

/** Decimal; blanks around it and a sign are allowed. */
export const int = (text: string): number => {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw invalid('int', text)
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw invalid('int', text)
  return value === 0 ? 0 : value
}

export const float = (text: string): number => {
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) throw invalid('float', text)
  return Number(text)
}

/** Seconds to wait: a whole number, 1 or more. */
export const duration = (text: string): number => {
  const seconds = int(text)
  if (seconds < 1) throw new TypeError(`${quoted(text)} must be at least 1`)
  return seconds
}

const units = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const

/** Bytes: digits, then k, m, g or t (powers of 1024), then perhaps b. */
export const filesize = (text: string): number => {
  const match = /^(\d+)([kmgt]?)b?$/i.exec(text.trim())
  if (!match) throw invalid('filesize', text)
  return Number(match[1]) * units[(match[2] ?? '').toLowerCase() as keyof typeof units]
}

/** Hexadecimal digits of a key or an initialisation vector → 32 lower-case digits. */
export const hexInt = (text: string): string => {
  const digits = text
    .trim()
    .replace(/^0x/i, '')
    .replace(/^0+(?=.)/, '')
    .toLowerCase()
  if (!/^[0-9a-f]{1,32}$/.test(digits)) throw invalid('hex', text)
  return digits.padStart(32, '0')
}

const yes = ['1', 't', 'true', 'y', 'yes']
const no = ['0', 'f', 'false', 'n', 'no']

export const flexibleBool = (text: string): boolean => {
  const word = text.trim().toLowerCase()
  if (yes.includes(word)) return true
  if (no.includes(word)) return false
  throw new TypeError(`${quoted(text)} must be "true" or "false"`)
}

/** A time of ISO 8601: a day, or a day and a time, of UTC unless it says otherwise. */
export const instant = (text: string): Date => {
  const form = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
  const [, day = '', clock, , , zone] = form.exec(text) ?? []
  const time = new Date(clock !== undefined && zone === undefined ? `${text}Z` : text)
  const midnight = new Date(day)
  // The thirtieth of February would be taken for the second of March.
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
  if (!isDay || Number.isNaN(time.getTime()))
    throw new TypeError(`${quoted(text)} must have form YYYY-MM-DDThh:mm:ssZ`)
  return time
}

/** `a, b,,c` → a, b and c. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')

/** `VIRTUAL=DEVICE,VIRTUAL=DEVICE,…`, as bundle manifests have them. */
export const manifestBlockDeviceMappings = (text: string): Record<string, string> => {
  const mappings: [string, string][] = list(text).map(item => {
    const parts = item.split('=').map(part => part.trim())
    if (parts.length !== 2)
      throw new TypeError(`invalid block device mapping ${quoted(item)}: must have form VIRTUAL=DEVICE`)
    return [parts[0] ?? '', parts[1] ?? '']
  })
  return Object.fromEntries(mappings)
}

type Ebs = NonNullable<BlockDeviceMapping['Ebs']>

const ebsMapping = (text: string, mapped: string): Ebs => {
  const parts = mapped.split(':')
  if (parts.length > 5) {
    throw new TypeError(
      `EBS block device mapping ${quoted(text)} must have form DEVICE=[SNAP-ID]:[GiB]:[true|false]:[TYPE]:[IOPS]`,
    )
  }
  const [snapshot = '', size = '', keep = '', type = '', iops = ''] = parts
  if (parts.every(part => part === '')) {
    throw new TypeError(
      `EBS block device mapping ${quoted(text)} must specify at least a snapshot, a size, or an option`,
    )
  }
  if (size !== '' && !/^\d+$/.test(size)) {
    throw new TypeError(`second element of EBS block device mapping ${quoted(text)} must be an integer`)
  }
  const deletes = keep.toLowerCase()
  if (deletes !== '' && deletes !== 'true' && deletes !== 'false') {
    throw new TypeError(`third element of EBS block device mapping ${quoted(text)} must be "true" or "false"`)
  }
  if (iops !== '' && type === 'standard') {
    throw new TypeError(
      `fifth element of EBS block device mapping ${quoted(text)} is not allowed with volume type "standard"`,
    )
  }
  if (iops !== '' && !/^\d+$/.test(iops)) {
    throw new TypeError(`fifth element of EBS block device mapping ${quoted(text)} must be an integer`)
  }
  return {
    ...(snapshot && { SnapshotId: snapshot }),
    ...(size && { VolumeSize: Number(size) }),
    ...(deletes && { DeleteOnTermination: deletes === 'true' }),
    ...(type && { VolumeType: type as Ebs['VolumeType'] }), // Types of other clouds are not in the SDK's list.
    ...(iops && { Iops: Number(iops) }),
  }
}

/** `DEVICE=none`, `DEVICE=ephemeralN`, or `DEVICE=[SNAP-ID]:[GiB]:[true|false]:[TYPE]:[IOPS]` with trailing parts left out. */
export const blockDeviceMapping = (text: string): BlockDeviceMapping => {
  const [device, mapped, ...more] = text.split('=')
  if (!device || mapped === undefined || more.length > 0) {
    throw new TypeError(`block device mapping ${quoted(text)} must have form DEVICE=MAPPED`)
  }
  if (mapped.toLowerCase() === 'none') return { DeviceName: device, NoDevice: 'true' }
  if (mapped.startsWith('ephemeral')) return { DeviceName: device, VirtualName: mapped }
  if (/^(snap-|vol-|:)/.test(mapped)) return { DeviceName: device, Ebs: ebsMapping(text, mapped) }
  throw new TypeError(`malformed block device mapping ${quoted(text)}`)
}

/** `DEVICE=::true` or `DEVICE=::false`: whether what is attached there goes with its instance. */
export const keptMapping = (text: string): InstanceBlockDeviceMappingSpecification => {
  const [, device, word = ''] = /^([^=]+)=::(true|false)$/i.exec(text) ?? []
  if (device === undefined) {
    throw new TypeError(`block device mapping ${quoted(text)} must have form DEVICE=::true or DEVICE=::false`)
  }
  return { DeviceName: device, Ebs: { DeleteOnTermination: word.toLowerCase() === 'true' } }
}

/** `KEY` or `KEY=VALUE`; without a value the empty one is sent. */
export const tag = (text: string): { Key: string; Value: string } => {
  const { Key, Value = '' } = tagToDelete(text)
  return { Key, Value }
}

/** `KEY` (whatever its value), `KEY=` (the empty value), or `KEY=VALUE`. */
export const tagToDelete = (text: string): Tag & { Key: string } => {
  const at = text.indexOf('=')
  const key = at === -1 ? text : text.slice(0, at)
  if (key === '') throw new TypeError('tag key must have at least one character')
  return at === -1 ? { Key: key } : { Key: key, Value: text.slice(at + 1) }
}

const prefixed = (text: string, value: string, prefix: string, what: string): string => {
  if (!value.startsWith(prefix))
    throw new TypeError(`${what} of network interface ${quoted(text)} must begin with ${prefix}`)
  return value
}

/** `[ENI]:INDEX:[SUBNET]:[DESCRIPTION]:[PRIV-IP]:[SG1,…]:[true|false]:[SEC-IP-COUNT]:[SEC-IP1,…]`, 2 to 9 parts. */
export const vpcInterface = (text: string): InstanceNetworkInterfaceSpecification => {
  const parts = text.split(':')
  if (parts.length < 2 || parts.length > 9) {
    throw new TypeError(
      `network interface ${quoted(text)} must have between 2 and 9 colon-separated elements`,
    )
  }
  const [
    eni = '',
    index = '',
    subnet = '',
    description = '',
    address = '',
    groups = '',
    deletes = '',
    count = '',
    more = '',
  ] = parts
  if (eni !== '' && prefixed(text, eni, 'eni-', 'interface ID').length !== 12) {
    throw new TypeError(`interface ID of network interface ${quoted(text)} must be 12 characters long`)
  }
  if (!/^\d+$/.test(index))
    throw new TypeError(`device index of network interface ${quoted(text)} must be an integer`)
  if (deletes !== '' && deletes !== 'true' && deletes !== 'false') {
    throw new TypeError(`seventh element of network interface ${quoted(text)} must be "true" or "false"`)
  }
  if (count !== '' && !/^\d+$/.test(count)) {
    throw new TypeError(`eighth element of network interface ${quoted(text)} must be an integer`)
  }
  if (count !== '' && more !== '') {
    throw new TypeError(
      `eighth and ninth elements of network interface ${quoted(text)} are mutually exclusive`,
    )
  }
  const addresses = [
    ...(address ? [{ PrivateIpAddress: address, Primary: true }] : []),
    ...list(more).map(PrivateIpAddress => ({ PrivateIpAddress })),
  ]
  return {
    ...(eni && { NetworkInterfaceId: eni }),
    DeviceIndex: Number(index),
    ...(subnet && { SubnetId: prefixed(text, subnet, 'subnet-', 'subnet') }),
    ...(description && { Description: description }),
    ...(addresses.length > 0 && { PrivateIpAddresses: addresses }),
    ...(groups && { Groups: list(groups).map(group => prefixed(text, group, 'sg-', 'security group')) }),
    ...(deletes && { DeleteOnTermination: deletes === 'true' }),
    ...(count && { SecondaryPrivateIpAddressCount: Number(count) }),
  }
}
