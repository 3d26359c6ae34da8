// SPDX-License-Identifier: BSD-2-Clause
// Images that change clouds while they are converted.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { type RunningServer, startServer } from '../../src/engine/server'
import { type Outcome, run } from '../cli/process'
import { type Cloud, cloud } from '../support/cloud'
import { Disks } from './disks'

interface Served {
  readonly c: Cloud
  readonly server: RunningServer
}

const serve = async (seed: string): Promise<Served> => {
  const c = await cloud({ seed })
  const settings = { host: '127.0.0.1', port: 0, name: 'Eucalyptus/4.4.5' }
  return { c, server: await startServer(request => c.engine.handle(request), settings) }
}

/** A file that a cloud has made for its administrator. */
const credential = ({ home }: Cloud, end: string): string => {
  const folder = join(home, 'credentials')
  const name = readdirSync(folder).find(
    each => each.endsWith(end) && each.includes('euca2') !== end.startsWith('cloud'),
  )
  return join(folder, name ?? '')
}

const section = (name: string, { c, server }: Served): string => {
  const url = `http://127.0.0.1:${server.port}/services`
  return [
    `[region ${name}]`,
    `ec2-url = ${url}/compute`,
    `s3-url = ${url}/objectstorage`,
    `user = ${name}`,
    `[user ${name}]`,
    `key-id = ${c.key.id}`,
    `secret-key = ${c.key.secret}`,
    `account-id = ${c.accountId}`,
    `private-key = ${credential(c, '-pk.pem')}`,
    `certificate = ${credential(c, '-cert.pem')}`,
    `[region ${name}]`,
    `certificate = ${credential(c, 'cloud-cert.pem')}`,
    '',
  ].join('\n')
}

describe('a conversion from one region to another', () => {
  let north: Served
  let south: Served
  let disks: Disks
  beforeEach(async () => {
    ;[north, south] = [await serve('north'), await serve('south')]
    disks = new Disks()
    mkdirSync(disks.path('.euca'))
    writeFileSync(disks.path('.euca/both.ini'), section('north', north) + section('south', south))
  })
  afterEach(async () => {
    for (const { c, server } of [north, south]) {
      await server.close()
      await c.close()
    }
    disks.close()
  })

  const tool = (...words: string[]): Promise<Outcome> =>
    run(words, {
      cwd: disks.folder,
      home: disks.folder,
      env: { TMPDIR: disks.folder },
      now: () => south.c.clock.now(),
    })
  const done = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await tool(...words)
    assert.deepEqual([status, stderr], [0, ''])
    return stdout
  }

  const install = async (name: string, ...more: string[]): Promise<string> => {
    const stored = ['-b', 'images', '-r', 'x86_64', '-i', name, '-n', name]
    writeFileSync(disks.path(name), `${name} is what it holds`)
    const words = [...stored, '--region', 'north', ...more]
    return /e[mkr]i-[0-9A-F]{8}/.exec(await done('euca-install-image', ...words))?.[0] ?? ''
  }

  it('has the image where it was, and the new one where it should be, under its own name', async () => {
    const image = await install('disk', '--virtualization-type', 'hvm', '--description', 'Of the north')
    const words = ['-i', image, '--source-region', 'north', '--region', 'south', '--keep-fstab']
    await done('euca-convert-image', ...words)
    const { Images = [] } = await south.c.ec2().send(new DescribeImagesCommand({}))
    assert.deepEqual(
      Images.map(({ Name, Description, RootDeviceType }) => [Name, Description, RootDeviceType]),
      [['disk', 'Of the north', 'ebs']],
    )
    const here = await north.c.ec2().send(new DescribeSnapshotsCommand({}))
    assert.deepEqual(here.Snapshots, [])
  })

  it('takes no kernel along that is not there', async () => {
    const kernel = await install('vmlinuz', '--kernel', 'true')
    const image = await install('disk', '--virtualization-type', 'hvm', '--kernel', kernel)
    const words = ['-i', image, '--source-region', 'north', '--region', 'south', '--keep-fstab']
    const { stderr } = await tool('euca-convert-image', ...words)
    assert.match(stderr, new RegExp(`the kernel ${kernel} is not in the cloud where the new image is to be`))
    await done('euca-convert-image', ...words, '--kernel', 'none')
  })
})
