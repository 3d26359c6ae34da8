// SPDX-License-Identifier: BSD-2-Clause

// The converter against unbundling alone: an ext4 image of 2 GiB that holds 600 MiB, half of it random, half of it text.

import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { collectText } from './bundle'
import { atMost, type Row } from './row'

const root = resolve(__dirname, '../..')
const program = join(root, 'bin/run.js')
/** A module that has the process say how much memory it had at most, in KiB. */
const tellsMemory =
  'data:text/javascript,process.on("exit",()=>console.log("memory",process.resourceUsage().maxRSS))'
const mib = 1_048_576
const contentsMib = 600

const makeImage = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'root/etc'), { recursive: true })
  await writeFile(
    join(folder, 'root/etc/fstab'),
    '/dev/sda1 / ext4 defaults 0 1\n/dev/sda2 /mnt ext4 defaults 0 0\n',
  )
  const text = await collectText(48 * mib)
  const random = Buffer.alloc(mib)
  const file = await open(join(folder, 'root/contents'), 'wx')
  for (let at = 0; at < contentsMib; at++) {
    const start = (at * mib) % (text.length - mib)
    await file.write(at % 2 ? randomFillSync(random) : text.subarray(start, start + mib))
  }
  await file.close()
  const options = { cwd: folder, stdio: 'ignore' } as const
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', 'root', 'disk.img', '2G'], options)
}

interface Took {
  readonly said: string
  readonly seconds: number
  readonly rssMib: number
}

/** Measures all rows, with the tools as they are built; needs 5 GiB in the temporary folder, and mke2fs. */
export const benchConvert = async (): Promise<Row[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-convert-'))
  const tool = (...words: string[]): Took => {
    const started = process.hrtime.bigint()
    const places = { HOME: folder, MALLEE_HOME: join(folder, 'cloud'), TMPDIR: folder }
    const said = execFileSync(process.execPath, ['--import', tellsMemory, program, 'euca', ...words], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...places },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    return { said, seconds, rssMib: Number(/memory (\d+)/.exec(said)?.[1]) / 1024 }
  }
  try {
    await makeImage(folder)
    tool('bundle-image', '-i', 'disk.img', '-r', 'x86_64', '-d', 'bundle')
    await rm(join(folder, 'root'), { recursive: true })
    const register = ['-n', 'bench', '--virtualization-type', 'hvm', '-a', 'x86_64']
    tool('upload-bundle', '-b', 'images', '-m', 'bundle/disk.img.manifest.xml')
    const { said } = tool('register', ...register, 'images/disk.img.manifest.xml')
    const image = /emi-[0-9A-F]{8}/.exec(said)?.[0] ?? ''
    execFileSync('sync')
    await mkdir(join(folder, 'back'))
    const unbundle = tool('unbundle', '-m', 'bundle/disk.img.manifest.xml', '-s', 'bundle', '-d', 'back')
    await rm(join(folder, 'back'), { recursive: true })
    execFileSync('sync')
    const convert = tool('convert-image', '-i', image)
    return [
      atMost({
        name: 'convert / unbundle',
        unit: 's',
        measured: convert.seconds,
        floor: unbundle.seconds,
        target: 2,
      }),
      atMost({ name: 'convert, peak memory', unit: 'MiB', measured: convert.rssMib, floor: 300, target: 1 }),
    ]
  } finally {
    // A process that the last tool has left behind may be writing there still.
    await rm(folder, { recursive: true, force: true, maxRetries: 40, retryDelay: 250 })
  }
}
