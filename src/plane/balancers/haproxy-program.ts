// SPDX-License-Identifier: BSD-2-Clause
// The HAProxy that is installed here, and how it is started.
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface HaproxyProgram {
  readonly path: string
  /** Such as `2.6.12`. */
  readonly version: string
  /** What to put before its path, so that it ends when this process does, however that ends. */
  readonly launcher: readonly string[]
}

// Where system programs are, which are not on everybody's path.
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/usr/bin', '/usr/local/bin']

const find = (name: string): string | undefined => {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...systemFolders]
  return folders
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

const output = (path: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise(resolve => {
    execFile(path, args, { timeout: 10_000 }, (error, stdout) => resolve(error ? undefined : stdout))
  })

/** `option idle-close-on-response`, without which a reload loses requests, and servers that are told their addresses. */
const oldest = [2, 6] as const

const isRecent = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/** HAProxy, or why it is not to be had, as an operator would read it. */
export const findHaproxy = async (asked?: string): Promise<HaproxyProgram | string> => {
  if (process.platform !== 'linux') return 'HAProxy is used on Linux only'
  const path = asked ?? find('haproxy')
  if (path === undefined) return 'HAProxy is not installed'
  const version = /^HA-?Proxy version (\d+\.\d+[^\s-]*)/.exec((await output(path, ['-v'])) ?? '')?.[1]
  if (version === undefined) return `${path} is no HAProxy that could be started`
  if (!isRecent(version)) return `HAProxy ${version} is too old: ${oldest.join('.')} or later is needed`
  const setpriv = find('setpriv')
  const canEnd = setpriv && (await output(setpriv, ['--pdeathsig', 'KILL', 'true'])) !== undefined
  return { path, version, launcher: setpriv && canEnd ? [setpriv, '--pdeathsig', 'KILL'] : [] }
}

/** What is wrong with a configuration, by HAProxy's own words; undefined when nothing is. Rejects when it has not said. */
export const configTrouble = ({ path }: HaproxyProgram, folder: string, file: string) =>
  new Promise<string | undefined>((resolve, reject) => {
    execFile(path, ['-c', '-f', file], { cwd: folder, timeout: 20_000 }, (error, _, stderr) => {
      if (!error) resolve(undefined)
      else if (typeof error.code === 'number') resolve(firstAlert(stderr))
      else reject(new Error(`its configuration cannot be checked (${error.signal ?? error.code})`))
    })
  })

/** `[ALERT] (123) : config : parsing [haproxy.cfg:12] : unknown keyword …`: what the first alert says. */
export const firstAlert = (text: string): string => {
  const line = text.split('\n').find(candidate => candidate.startsWith('[ALERT]')) ?? text.split('\n')[0]
  return (line ?? '').replace(/^\[ALERT\]\s*\(\d+\)\s*:\s*/, '').trim() || 'it ended without a word'
}
