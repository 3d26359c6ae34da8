// SPDX-License-Identifier: BSD-2-Clause
// Where commands are found when running from source: the file system. The build replaces this module by a table of
// the same shape that it makes from src/commands, so that no list of commands is ever edited.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from './command'

const root = join(__dirname, '../commands')

/** Every command, such as `euca/describe-images` or `serve`, sorted. */
export const commandIds = (): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => /^([a-z0-9-]+[/\\])?[a-z0-9-]+\.ts$/.test(file))
    .map(file => file.replace(/\.ts$/, '').replace(/\\/g, '/'))
    .sort()

/** The command, or undefined when there is none of this id. */
export const loadCommand = async (id: string): Promise<Command | undefined> => {
  if (!/^[a-z0-9-]+(\/[a-z0-9-]+)?$/.test(id)) return undefined
  const file = join(root, `${id}.ts`)
  return existsSync(file) ? (require(file) as { default: Command }).default : undefined
}
