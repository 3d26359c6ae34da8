// SPDX-License-Identifier: BSD-2-Clause
import { PackError } from './errors'

/** What the failsafe schema of YAML knows: text, lists and maps. `version: 1.10` stays `1.10`, and `no` stays `no`. */
export type YamlValue = string | YamlValue[] | YamlMap
export type YamlMap = Map<unknown, YamlValue>

/** A document whose root is a map; `from` names it in errors. Aliases are limited, so that no bomb is built of them. */
export const parseYamlMap = async (text: string, from: string): Promise<YamlMap> => {
  const { parse } = await import('yaml')
  let document: YamlValue | null
  try {
    document = parse(text, { schema: 'failsafe', mapAsMap: true, maxAliasCount: 100, logLevel: 'error' })
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0]?.replace(/:$/, '')
    throw new PackError('BadMetadata', `${from} is not valid YAML: ${reason}`, { cause: error })
  }
  if (!(document instanceof Map)) throw new PackError('BadMetadata', `${from} does not hold a map`)
  return document
}

/** The values of a map whose keys must all be known. `where` names the map in errors. */
export const onlyKeys = (map: YamlMap, known: readonly string[], where: string): void => {
  for (const key of map.keys())
    if (typeof key !== 'string' || !known.includes(key))
      throw new PackError('BadMetadata', `${where} has the unknown key '${String(key)}'`)
}

/** A map; an empty value (`bundle:` with nothing after it) is an empty one. Undefined when the key is not there. */
export const optionalMap = (map: YamlMap, key: string, where: string): YamlMap | undefined => {
  const value = map.get(key)
  if (value === undefined) return undefined
  if (value === '') return new Map()
  if (!(value instanceof Map)) throw new PackError('BadMetadata', `'${key}' of ${where} is not a map`)
  return value
}

export const optionalText = (map: YamlMap, key: string, where: string): string | undefined => {
  const value = map.get(key)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw new PackError('BadMetadata', `'${key}' of ${where} is not text`)
  return value
}

/** Text that must be there and not be blank. */
export const requiredText = (map: YamlMap, key: string, where: string): string => {
  const value = optionalText(map, key, where)
  if (value === undefined || value.trim() === '')
    throw new PackError('BadMetadata', `${where} lacks the key '${key}'`)
  return value
}
