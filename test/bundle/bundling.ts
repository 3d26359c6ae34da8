// SPDX-License-Identifier: BSD-2-Clause

import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type BundleOptions, type BundleResult, bundleImage } from '../../src/bundle/bundle-image'
import type { BundleManifest } from '../../src/format/bundle/manifest'
import { parseManifest } from '../../src/format/bundle/manifest-reader'
import { makeCredentials, type TestCredentials } from './credentials'

export const encKey = '00112233445566778899aabbccddeeff'
export const encIv = 'ffeeddccbbaa99887766554433221100'

let made: { cloud: TestCredentials; user: TestCredentials; stranger: TestCredentials } | undefined

/** Keys are slow to make, so the tests of one process share these. */
export function people(): { cloud: TestCredentials; user: TestCredentials; stranger: TestCredentials } {
  made ??= {
    cloud: makeCredentials('cloud'),
    user: makeCredentials('user'),
    stranger: makeCredentials('stranger'),
  }
  return made
}

/** Text that deflates like text, without repeating itself. */
export function words(bytes: number): Buffer {
  const list = [
    'root',
    'image',
    'kernel',
    'ramdisk',
    'bundle',
    'part',
    'manifest',
    'volume',
    'snapshot',
    'zone',
  ]
  const numbers = randomBytes(Math.ceil(bytes / 4))
  return Buffer.from([...numbers].map(n => list[n % list.length]).join(' ')).subarray(0, bytes)
}

/** A third random, a third text, a third zeros, and an odd end. */
export const mixedImage = (bytes: number): Buffer => {
  const third = Math.floor(bytes / 3)
  return Buffer.concat([
    randomBytes(third),
    words(third),
    Buffer.alloc(bytes - 2 * third - 7),
    Buffer.from('the end'),
  ])
}

export const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex')

/** A new directory for `run`, removed afterwards. */
export async function inDirectory<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'bundle-test-'))
  try {
    return await run(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export interface MadeBundle extends BundleResult {
  readonly manifest: BundleManifest
  readonly directory: string
  readonly image: Buffer
}

/** Bundles bytes as `disk` into `directory/bundle`, for the user, with the cloud's certificate. */
export async function makeBundle(
  directory: string,
  image: Buffer,
  options: Partial<BundleOptions> = {},
): Promise<MadeBundle> {
  const file = join(directory, 'disk.img')
  await writeFile(file, image)
  const destination = join(directory, 'bundle')
  const result = await bundleImage({ ...bundleOptions(file, destination), ...options })
  return { ...result, manifest: parseManifest(result.manifestXml), directory: destination, image }
}

export const bundleOptions = (image: BundleOptions['image'], destination: string): BundleOptions => ({
  image,
  destination,
  prefix: 'disk',
  arch: 'x86_64',
  user: '1234-5678-9012',
  type: 'machine',
  cloudCertificate: people().cloud.certificate,
  userCertificate: people().user.certificate,
  privateKey: people().user.privateKey,
  bundler: { name: 'euca2ools', version: '3.4.1' },
})

export const ciphertext = async ({ parts }: BundleResult): Promise<Buffer> =>
  Buffer.concat(await Promise.all(parts.map(part => readFile(part.path))))

/** Keeps what is written to it. */
export class Collector extends Writable {
  readonly pieces: Buffer[] = []
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.pieces.push(Buffer.from(chunk))
    done()
  }
}

/** Everything in a directory, hidden files included, sorted. */
export const namesIn = async (directory: string): Promise<string[]> => (await readdir(directory)).sort()
