// SPDX-License-Identifier: BSD-2-Clause
// A cloud on a port, as `mallee serve` runs it, for programs that are not ours.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../../src/serve/serve'

export interface ServedCloud {
  /** Such as `http://127.0.0.1:41234`. */
  readonly endpoint: string
  readonly host: string
  readonly port: number
  readonly accessKey: string
  readonly secretKey: string
  /** 12 digits. */
  readonly accountId: string
  /** The folder that is the cloud. */
  readonly home: string
  /** A folder for the test's files, and every program's home. */
  readonly work: string
  /** The environment of every program: the account's keys, and nothing of this process'. */
  readonly env: Readonly<Record<string, string>>
  /** PEM files of the credential folder. */
  readonly files: { readonly cloudCertificate: string; readonly certificate: string; readonly key: string }
  /** A file in the work folder; its path. */
  file(name: string, content: Buffer | string): string
  /** Stop; fails when a request met a bug. */
  close(): Promise<void>
}

export const servedCloud = async (): Promise<ServedCloud> => {
  const folder = mkdtempSync(join(tmpdir(), 'mallee-foreign-'))
  const home = join(folder, 'home')
  const work = join(folder, 'work')
  mkdirSync(work)
  const bugs: unknown[] = []
  const running = await serve({
    home,
    host: '127.0.0.1',
    port: 0,
    onBug: bug => bugs.push(bug),
  })
  const rc = readFileSync(join(running.credentials, 'eucarc'), 'utf8')
  const exported = (name: string): string => new RegExp(`^export ${name}='(.*)'$`, 'm').exec(rc)?.[1] ?? ''
  const ending = (suffix: string): string =>
    join(
      running.credentials,
      readdirSync(running.credentials).find(name => name.endsWith(suffix) && !name.startsWith('cloud')) ??
        suffix,
    )
  const accessKey = exported('AWS_ACCESS_KEY')
  const secretKey = exported('AWS_SECRET_KEY')
  const { hostname, port } = new URL(running.endpoint)
  return {
    endpoint: running.endpoint,
    host: hostname,
    port: Number(port),
    accessKey,
    secretKey,
    accountId: exported('EC2_ACCOUNT_NUMBER'),
    home,
    work,
    env: {
      HOME: work,
      TZ: 'UTC',
      NO_PROXY: '*',
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      AWS_DEFAULT_REGION: 'eucalyptus',
      AWS_DEFAULT_OUTPUT: 'json',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
    },
    files: {
      cloudCertificate: ending('cloud-cert.pem'),
      certificate: ending('-cert.pem'),
      key: ending('-pk.pem'),
    },
    file: (name, content) => {
      const path = join(work, name)
      writeFileSync(path, content)
      return path
    },
    close: async () => {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
      assert.deepEqual(bugs, [])
    },
  }
}

/** Bytes that do not repeat and do not compress, the same for the same seed. */
export const noise = (bytes: number, seed = 1): Buffer => {
  const result = Buffer.alloc(bytes)
  let state = seed
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    result.writeInt32LE(state | 0, at)
  }
  return result
}
