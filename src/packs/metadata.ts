// SPDX-License-Identifier: BSD-2-Clause
import { PackError } from './errors'
import { onlyKeys, optionalMap, optionalText, parseYamlMap, requiredText, type YamlMap } from './yaml-map'

/** One way to install an image. */
export interface Profile {
  /** Absent when the profile has no `bundle` section, and so cannot be installed. */
  readonly bundle?: { readonly arch?: string }
  readonly register: {
    readonly arch?: string
    readonly description?: string
    readonly platform?: string
    readonly virtualizationType?: string
  }
  readonly tags: ReadonlyMap<string, string>
}

/** What `image-md.yml` says. */
export interface ImageMetadata {
  readonly name: string
  readonly version: string
  readonly release: string
  readonly arch: string
  readonly description: string
  readonly profiles: ReadonlyMap<string, Profile>
}

const topKeys = ['arch', 'description', 'name', 'profiles', 'release', 'version']
const profileKeys = ['bundle', 'provides', 'register', 'tag']
const registerKeys = ['arch', 'block-device-mappings', 'description', 'platform', 'virtualization-type']
const deviceKeys = ['delete-on-termination', 'snapshot-id', 'volume-size']

/** Metadata from its YAML text; `from` names the file in errors. Everything unknown is an error. */
export const parseImageMetadata = async (text: string, from: string): Promise<ImageMetadata> => {
  const map = await parseYamlMap(text, from)
  onlyKeys(map, topKeys, from)
  const profiles = optionalMap(map, 'profiles', from)
  if (profiles === undefined || profiles.size === 0)
    throw new PackError('BadMetadata', `${from} must have at least one profile`)
  const word = (key: string) => {
    const value = requiredText(map, key, from)
    // These become part of a file's name, and of an object's in a bucket.
    if (/[\0-\x20\x7f/\\]/.test(value) || value.startsWith('.') || value.length > 128)
      throw new PackError('BadMetadata', `'${key}' of ${from} is malformed: ${JSON.stringify(value)}`)
    return value
  }
  const parsed = new Map<string, Profile>()
  for (const name of profiles.keys()) {
    if (typeof name !== 'string' || name === '')
      throw new PackError('BadMetadata', `${from} has a profile without a name`)
    parsed.set(name, parseProfile(profiles, name))
  }
  return {
    name: word('name'),
    version: word('version'),
    release: word('release'),
    arch: word('arch'),
    description: requiredText(map, 'description', from).trimEnd(),
    profiles: parsed,
  }
}

/** `NAME-VERSION-RELEASE.ARCH`: the pack's file name without its extension, and the bundle's prefix. */
export const packName = ({ name, version, release, arch }: ImageMetadata): string =>
  `${name}-${version}-${release}.${arch}`

const parseProfile = (profiles: YamlMap, name: string): Profile => {
  const where = `profile '${name}'`
  const profile = optionalMap(profiles, name, 'profiles') ?? new Map()
  onlyKeys(profile, profileKeys, where)
  const bundle = optionalMap(profile, 'bundle', where)
  if (bundle) onlyKeys(bundle, ['arch'], `'bundle' of ${where}`)
  const register = optionalMap(profile, 'register', where) ?? new Map()
  onlyKeys(register, registerKeys, `'register' of ${where}`)
  checkMappings(register, `'register' of ${where}`)
  const text = (map: YamlMap, key: string, as: string) => {
    const value = optionalText(map, key, where)
    return value === undefined || value === '' ? {} : { [as]: value.trimEnd() }
  }
  return {
    ...(bundle ? { bundle: text(bundle, 'arch', 'arch') } : {}),
    register: {
      ...text(register, 'arch', 'arch'),
      ...text(register, 'description', 'description'),
      ...text(register, 'platform', 'platform'),
      ...text(register, 'virtualization-type', 'virtualizationType'),
    },
    tags: parseTags(profile, where),
  }
}

const parseTags = (profile: YamlMap, where: string): ReadonlyMap<string, string> => {
  const tags = new Map<string, string>()
  const map = optionalMap(profile, 'tag', where) ?? new Map()
  for (const key of map.keys()) {
    if (typeof key !== 'string' || key === '')
      throw new PackError('BadMetadata', `'tag' of ${where} has a tag without a name`)
    tags.set(key, optionalText(map, key, `'tag' of ${where}`) ?? '')
  }
  return tags
}

// The mappings are checked, as in the original, and like there they are not used: nothing in euimage-install-pack
// sends them.
const checkMappings = (register: YamlMap, where: string): void => {
  const key = 'block-device-mappings'
  const mappings = optionalMap(register, key, where) ?? new Map()
  for (const [device, target] of mappings) {
    const place = `'${key}' of ${where}: ${String(device)}`
    if (typeof target === 'string') {
      if (target !== 'none' && !/^ephemeral\d+$/.test(target))
        throw new PackError('BadMetadata', `${place} must be 'none', 'ephemeralN' or a map`)
      continue
    }
    if (!(target instanceof Map))
      throw new PackError('BadMetadata', `${place} must be 'none', 'ephemeralN' or a map`)
    onlyKeys(target, deviceKeys, place)
    const size = optionalText(target, 'volume-size', place)
    if (size !== undefined && !/^[1-9]\d{0,8}$/.test(size))
      throw new PackError('BadMetadata', `${place}: volume-size must be a number of GiB`)
    const keep = optionalText(target, 'delete-on-termination', place)
    if (keep !== undefined && !/^(true|false|yes|no|on|off)$/i.test(keep))
      throw new PackError('BadMetadata', `${place}: delete-on-termination must be true or false`)
    optionalText(target, 'snapshot-id', place)
  }
}
