// SPDX-License-Identifier: BSD-2-Clause

// Bundling and unbundling against the programs that the originals piped together, on one image: a third random, a third
// text, a third holes. The floors run without tar where they could do with it, which favours them.

import { execFileSync, spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeCredentials } from '../bundle/credentials'
import { asFast, atMost, type Row } from './row'

const root = resolve(__dirname, '../..')
const mib = 1_048_576
const secret = '-aes-128-cbc -K 00112233445566778899aabbccddeeff -iv ffeeddccbbaa99887766554433221100'

/** Source text and documentation of the packages at hand: at most `limitBytes`, in the order of their names. */
export async function collectText(limitBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let total = 0
  const visit = async (directory: string): Promise<void> => {
    for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (total >= limitBytes) return
      const path = join(directory, entry.name)
      if (entry.isDirectory()) await visit(path)
      else if (entry.isFile() && /\.([cm]?[jt]s|md|json)$/.test(entry.name)) {
        const bytes = await readFile(path)
        pieces.push(bytes)
        total += bytes.length
      }
    }
  }
  await visit(join(root, 'node_modules'))
  return Buffer.concat(pieces).subarray(0, limitBytes)
}

async function makeImage(path: string, imageBytes: number): Promise<void> {
  const text = await collectText(48 * mib)
  const thirdMib = Math.floor(imageBytes / mib / 3)
  const file = await open(path, 'wx')
  const random = Buffer.alloc(mib)
  for (let i = 0; i < thirdMib; i++) await file.write(randomFillSync(random), 0, mib, i * mib)
  for (let i = 0; i < thirdMib; i++) {
    // Text that comes round again does so far outside deflate's window of 32 KiB.
    const at = (i * mib) % (text.length - mib)
    await file.write(text, at, mib, (thirdMib + i) * mib)
  }
  await file.truncate(imageBytes)
  await file.close()
}

function secondsOf(command: string, directory: string): number {
  const started = process.hrtime.bigint()
  execFileSync('bash', ['-o', 'pipefail', '-c', command], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return Number(process.hrtime.bigint() - started) / 1e9
}

function ours(...args: string[]): { seconds: number; rssMib: number } {
  const script = join(root, 'test/bench/bundle-process.ts')
  const node = ['--require', require.resolve('tsx/cjs'), script, ...args]
  return JSON.parse(execFileSync(process.execPath, node, { cwd: root, encoding: 'utf8' }))
}

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** Measures all rows on an image of so many bytes, 2 GiB by default; needs three times the room in the temporary folder. */
export async function benchBundle(imageBytes = 2048 * mib): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-bundle-'))
  const at = (name: string): string => join(directory, name)
  try {
    await makeImage(at('image'), imageBytes)
    const { certificate, privateKey } = makeCredentials('bench')
    await writeFile(at('cert.pem'), certificate)
    await writeFile(at('key.pem'), privateKey)
    const rows: Row[] = []
    const bundle = ours('bundle', at('image'), at('parts'), at('cert.pem'), at('key.pem'))
    const gzip = secondsOf(`gzip -6 < image | openssl enc ${secret} > encrypted`, directory)
    rows.push(
      asFast({
        name: 'bundle / gzip | openssl',
        unit: 's',
        measured: bundle.seconds,
        floor: gzip,
        target: 3,
      }),
    )
    if (isInstalled('pigz')) {
      const pigz = secondsOf(`pigz -6 < image | openssl enc ${secret} > encrypted`, directory)
      rows.push(
        asFast({
          name: 'bundle / pigz | openssl',
          unit: 's',
          measured: bundle.seconds,
          floor: pigz,
          target: 1.5,
        }),
      )
    }
    rows.push(
      atMost({ name: 'bundle, peak memory', unit: 'MiB', measured: bundle.rssMib, floor: 200, target: 1 }),
    )
    await rm(at('encrypted'))
    await mkdir(at('theirs'))
    const pipe = `cat parts/image.part.* | openssl enc -d ${secret} | gunzip | tar x -C theirs`
    const gunzip = secondsOf(pipe, directory)
    await rm(at('theirs'), { recursive: true })
    await mkdir(at('ours'))
    const unbundled = ours('unbundle', at('parts'), at('ours'), at('key.pem'))
    rows.push(
      asFast({
        name: 'unbundle / openssl | gunzip | tar',
        unit: 's',
        measured: unbundled.seconds,
        floor: gunzip,
        target: 0.9,
      }),
    )
    rows.push(
      atMost({
        name: 'unbundle, peak memory',
        unit: 'MiB',
        measured: unbundled.rssMib,
        floor: 200,
        target: 1,
      }),
    )
    execFileSync('cmp', [at('image'), at('ours/image')])
    return rows
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
