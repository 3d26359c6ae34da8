// SPDX-License-Identifier: BSD-2-Clause
// The part of cloud-init that stacks use: write_files, packages, bootcmd, runcmd. All else that a document asks for is
// told on the console and not done.
import { gunzipSync } from 'node:zlib'
import { parseDocument } from 'yaml'
import { partsOf } from '../../../engine/ec2/user-data'
import { install, perform, type Surroundings } from './commands'
import { Refused } from './root'

type Config = Readonly<Record<string, unknown>>

const refuse = (reason: string): never => {
  throw new Refused(reason)
}

// What is meant for people: sixteen kibibytes hold no more.
const mostAliases = 100
const mostEntries = 1000
// What the reader of YAML takes long for.
const mostDepth = 100
const mostCharacters = 2 ** 18
const mostFileBytes = 2 ** 20

const isMapping = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How deep a document could go at most, by its brackets and by the marks that open lists in one line. */
const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (const [mark] of text.matchAll(/[[\]{}]/g)) {
    if (mark === '[' || mark === '{') deepest = Math.max(deepest, ++depth)
    else if (mark === ']' || mark === '}') depth--
  }
  const inOneLine = text.match(/(?:[-?] +){50}/) ? mostDepth + 1 : 0
  return Math.max(deepest, inOneLine)
}

/** One document. Throws Refused for what is no mapping. */
export const configOf = (text: string): Config => {
  if (text.length > mostCharacters) refuse(`it has more than ${mostCharacters} characters`)
  if (depthOf(text) > mostDepth) refuse('it is nested too deeply')
  // Every scalar is its text: a word `on` of a command is a word, and 0644 is octal whether it stands in quotes or not.
  const document = parseDocument(text, { schema: 'failsafe', customTags: ['binary'], logLevel: 'silent' })
  const [error] = document.errors
  if (error) refuse(error.message.split('\n')[0] ?? 'it cannot be read')
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    refuse((error as Error).message)
  }
  return isMapping(value) ? value : value === null ? {} : refuse('it is no mapping')
}

const entriesOf = (value: unknown, name: string): readonly unknown[] => {
  if (value === undefined || value === null || value === '') return []
  if (!Array.isArray(value)) return refuse(`${name} is no list`)
  return value.length <= mostEntries ? value : refuse(`${name} has more than ${mostEntries} entries`)
}

const unpacked = (bytes: Buffer): Buffer => {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostFileBytes })
  } catch {
    return refuse('it cannot be unpacked, or becomes too large')
  }
}

const decoders: Readonly<Record<string, (text: string) => Buffer>> = {
  'text/plain': text => Buffer.from(text),
  b64: text => Buffer.from(text, 'base64'),
  gz: text => unpacked(Buffer.from(text, 'latin1')),
  'gz+b64': text => unpacked(Buffer.from(text, 'base64')),
}

const contentOf = (content: unknown, encoding: unknown): Buffer => {
  const name = String(encoding ?? 'text/plain')
    .toLowerCase()
    .replace('gzip', 'gz')
    .replace('base64', 'b64')
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined
  // A binary scalar is bytes already.
  if (content instanceof Uint8Array)
    return name === 'gz' ? unpacked(Buffer.from(content)) : Buffer.from(content)
  if (content !== undefined && content !== null && typeof content === 'object')
    return refuse('its content is no text')
  return (decode ?? refuse(`its encoding ${name} is not known`))(String(content ?? ''))
}

const modeOf = (permissions: unknown): number | undefined => {
  if (permissions === undefined || permissions === null) return undefined
  const mode = /^0?o?[0-7]{1,5}$/.test(String(permissions))
    ? Number.parseInt(String(permissions).replace('o', ''), 8)
    : -1
  return mode >= 0 && mode <= 0o777 ? mode : refuse(`it cannot have mode ${permissions}`)
}

const isTrue = (value: unknown): boolean => /^(?:true|yes|on|1)$/i.test(String(value))

const writeFile = ({ root, say }: Surroundings, entry: unknown): void => {
  if (!isMapping(entry) || typeof entry.path !== 'string') throw new Refused('it names no path')
  const mode = modeOf(entry.permissions)
  const content = contentOf(entry.content, entry.encoding)
  root.write(entry.path, content, { ...(mode !== undefined && { mode }), append: isTrue(entry.append) })
  if (entry.owner !== undefined) say(`write_files: ${entry.path}: its owner stays who serves this cloud`)
}

const shown = (value: unknown): string => {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200)
  } catch {
    // By an alias a list can be in itself.
    return 'what contains itself'
  }
}

/** Do one thing, and say what kept it from being done. The rest goes on, as in cloud-init. */
const attempt = async (
  { say }: Surroundings,
  module: string,
  what: unknown,
  work: () => void | Promise<void>,
): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refused) && (error as NodeJS.ErrnoException).code === undefined) throw error
    say(`${module}: refused: ${shown(what)}: ${(error as Error).message}`)
  }
}

const packagesOf = (value: unknown): readonly string[] =>
  (typeof value === 'string' ? [value] : entriesOf(value, 'packages')).map(entry =>
    // With the version that is wished, of which there is one here.
    String(Array.isArray(entry) ? entry[0] : entry),
  )

type Module = (around: Surroundings, value: unknown) => Promise<void>

const commandsOf =
  (module: string): Module =>
  async (around, value) => {
    for (const command of entriesOf(value, module)) {
      await attempt(around, module, command, () => perform(around, command))
    }
  }

/** In the order in which cloud-init does them. */
const onlyFirst: readonly (readonly [name: string, module: Module])[] = [
  [
    'write_files',
    async (around, value) => {
      for (const entry of entriesOf(value, 'write_files')) {
        const what = isMapping(entry) ? entry.path : entry
        await attempt(around, 'write_files', what, () => writeFile(around, entry))
      }
    },
  ],
  [
    'packages',
    async (around, value) => {
      for (const name of packagesOf(value))
        await attempt(around, 'packages', name, () => install(around, [name]))
    },
  ],
  ['runcmd', commandsOf('runcmd')],
]
const eachBoot = ['bootcmd', commandsOf('bootcmd')] as const

// What a machine does for itself that has no packages to bring up to date.
const needless = new Set([
  'package_update',
  'package_upgrade',
  'package_reboot_if_required',
  'yum_repos',
  'output',
  'merge_how',
])

/** Carry out user data. Only the boot that is the first does all of it. */
export const configure = async (around: Surroundings, userData: Buffer, isFirst: boolean): Promise<void> => {
  const { configs, others } = partsOf(userData)
  for (const kind of others) around.say(`user-data: refused: ${kind}: only cloud-config is carried out here`)
  const merged: Record<string, unknown> = { __proto__: null }
  for (const text of configs) {
    await attempt(around, 'user-data', 'cloud-config', () => void Object.assign(merged, configOf(text)))
  }
  const modules = isFirst ? [eachBoot, ...onlyFirst] : [eachBoot]
  for (const [name, module] of modules) {
    await attempt(around, name, merged[name], () => module(around, merged[name]))
  }
  if (!isFirst) return
  const known = new Set([eachBoot, ...onlyFirst].map(([name]) => name))
  for (const name of Object.keys(merged)) {
    if (!known.has(name) && !needless.has(name))
      around.say(`${name.slice(0, 60)}: refused: not carried out here`)
  }
}
