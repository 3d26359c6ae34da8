// SPDX-License-Identifier: BSD-2-Clause
// The commands that a guest has. They are functions of this program, which know the guest's own files and nothing else:
// no word of user data is ever run on the host.
import { packages, releasePackage } from './packages'
import { Refused, type Root } from './root'
import { substituted, substitutions } from './sed'
import type { Services } from './services'
import { wordsOf } from './words'

export interface Surroundings {
  readonly root: Root
  readonly services: Services
  /** The port on which the cloud answers. */
  readonly cloudPort: number
  /** A line of the console. */
  say(line: string): void
}

type Command = (around: Surroundings, args: readonly string[]) => void | Promise<void>

const refuse = (reason: string): never => {
  throw new Refused(reason)
}

export const install = ({ root, cloudPort, say }: Surroundings, names: readonly string[]): void => {
  for (const name of names) {
    const files = packages[name]
    if (files) {
      for (const [path, content] of Object.entries(files(cloudPort))) {
        if (root.read(path) === undefined) root.write(path, Buffer.from(content), { mode: 0o644 })
      }
      say(`yum: Installed: ${name}`)
    } else if (releasePackage.test(name)) say(`yum: ${name}: its packages are at hand, nothing is fetched`)
    else refuse(`there is no package ${name} here`)
  }
}

const yum: Command = (around, args) => {
  const [verb, ...names] = args.filter(arg => !/^(?:-y|-q|--assumeyes|--quiet|--nogpgcheck)$/.test(arg))
  if (verb !== 'install') refuse(`yum ${verb ?? ''} is not known here`)
  const option = names.find(name => name.startsWith('-'))
  if (option !== undefined) refuse(`the option ${option} is not known here`)
  if (names.length === 0) refuse('it names no package')
  install(around, names)
}

const sed: Command = ({ root }, args) => {
  const scripts: string[] = []
  const files: string[] = []
  let isInPlace = false
  let isExtended = false
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '-i' || arg === '--in-place') isInPlace = true
    else if (arg === '-E' || arg === '-r') isExtended = true
    else if (arg === '-e') scripts.push(args[++at] ?? refuse('nothing follows -e'))
    else if (arg.startsWith('-')) refuse(`the option ${arg} is not known here`)
    else files.push(arg)
  }
  if (!isInPlace) refuse('only sed -i is known here')
  const script = scripts.length > 0 ? scripts.join('\n') : (files.shift() ?? refuse('it has no script'))
  const known = substitutions(script, isExtended)
  if (files.length === 0) refuse('it names no file')
  for (const file of files) {
    const text = root.read(file)?.toString('utf8') ?? refuse(`there is no file ${file}`)
    root.write(file, Buffer.from(substituted(text, known)))
  }
}

const verbs: Readonly<Record<string, (services: Services, name: string) => void | Promise<void>>> = {
  start: (services, name) => services.start(name),
  restart: (services, name) => services.restart(name),
  stop: (services, name) => services.stop(name),
  status: (services, name) => services.tell(name),
  enable: (services, name) => services.enable(name, true),
  disable: (services, name) => services.enable(name, false),
}

const act = (services: Services, name: string | undefined, verb: string | undefined): void | Promise<void> =>
  (verbs[verb ?? ''] ?? refuse(`${verb ?? ''} is nothing that a service does here`))(services, name ?? '')

const switches: Readonly<Record<string, string>> = { on: 'enable', off: 'disable' }

const mkdir: Command = ({ root }, args) => {
  const paths = args.filter(arg => arg !== '-p' && arg !== '--parents')
  const option = paths.find(path => path.startsWith('-'))
  if (option !== undefined) refuse(`the option ${option} is not known here`)
  for (const path of paths) root.makeFolder(path)
}

const commands: Readonly<Record<string, Command>> = {
  yum,
  dnf: yum,
  sed,
  mkdir,
  service: ({ services }, [name, verb]) => act(services, name, verb),
  systemctl: ({ services }, [verb, name]) => act(services, name?.replace(/\.service$/, ''), verb),
  chkconfig: ({ services }, [name, state]) => act(services, name, switches[state ?? '']),
  echo: ({ say }, args) => say(args.join(' ')),
}

/** Do what a command says, as words or as a text. Throws Refused for what this guest does not have. */
export const perform = async (around: Surroundings, command: unknown): Promise<void> => {
  const words = typeof command === 'string' ? wordsOf(command) : command
  if (!Array.isArray(words) || words.length === 0 || words.some(word => typeof word !== 'string')) {
    refuse('it is neither a text nor a list of words')
  }
  const [name = '', ...args] = words as readonly string[]
  const plain = name.replace(/^\/(?:usr\/)?s?bin\//, '')
  const known = Object.hasOwn(commands, plain) ? commands[plain] : undefined
  await (known ?? refuse('this guest does not have that command'))(around, args)
}
