// SPDX-License-Identifier: BSD-2-Clause
// Bundles that tar, gzip and openssl have made, in the hands of our tools. The other way round is tested in test/bundle.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Outcome, run as tool } from '../cli/process'
import { need } from '../support/programs'
import { ext4Disk } from '../support/tiny-image'
import { until } from '../support/until'
import { bundleByHand, bundlers } from './hand-made-bundle'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

describe('a bundle made by tar, gzip and openssl', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, ...bundlers)
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const euca = async (...words: string[]): Promise<Outcome> => {
    const services = `${cloud.endpoint}/services`
    const env = {
      EC2_URL: `${services}/compute`,
      S3_URL: `${services}/objectstorage`,
      EC2_ACCESS_KEY: cloud.accessKey,
      EC2_SECRET_KEY: cloud.secretKey,
      EC2_USER_ID: cloud.accountId,
      EC2_PRIVATE_KEY: cloud.files.key,
    }
    const outcome = await tool(words, { env, cwd: cloud.work, home: cloud.work })
    assert.equal(outcome.status, 0, `${words.join(' ')}: ${outcome.stderr}`)
    return outcome
  }

  it("is unbundled by its owner's key", async () => {
    const disk = Buffer.concat([noise(30_001, 5), Buffer.alloc(20_000)])
    const folder = await bundleByHand(cloud, 'plain.img', disk)
    assert.ok(readdirSync(folder).filter(name => name.includes('.part.')).length > 5)
    mkdirSync(join(cloud.work, 'out'))
    await euca('euca-unbundle', '-m', join(folder, 'plain.img.manifest.xml'), '-s', folder, '-d', 'out')
    assert.deepEqual(readFileSync(join(cloud.work, 'out', 'plain.img')), disk)
  })

  it('is unbundled when tar has left out the holes', async () => {
    const disk = Buffer.alloc(3_000_000)
    ext4Disk('holes').copy(disk)
    noise(5000, 6).copy(disk, 2_000_000)
    const folder = await bundleByHand(cloud, 'sparse.img', disk, '--format=gnu --sparse --hole-detection=raw')
    assert.ok(readdirSync(folder).length < 20, 'the holes are not in it')
    await euca('euca-unbundle', '-m', join(folder, 'sparse.img.manifest.xml'), '-s', folder, '-d', 'out')
    assert.deepEqual(readFileSync(join(cloud.work, 'out', 'sparse.img')), disk)
  })

  it('goes up and comes down again, and its image runs', async () => {
    const disk = ext4Disk('by-hand')
    const folder = await bundleByHand(cloud, 'stored.img', disk)
    const manifest = join(folder, 'stored.img.manifest.xml')
    await euca('euca-upload-bundle', '-b', 'hand/made', '-m', manifest)
    const registered = await euca(
      'euca-register',
      '-n',
      'by-hand',
      '--virtualization-type',
      'hvm',
      'hand/made/stored.img.manifest.xml',
    )
    const [, emi = ''] = /^IMAGE\t(emi-[0-9A-F]{8})\n$/.exec(registered.stdout) ?? []
    const { stdout } = await euca('euca-run-instances', emi)
    const [, instance = ''] = /^INSTANCE\t(i-[0-9a-f]{8})/m.exec(stdout) ?? []
    await until(async () => {
      const line = (await euca('euca-describe-instances', instance)).stdout
      assert.match(line, /\t(pending|running)\t/)
      return line.includes('\trunning\t')
    })
    await euca('euca-download-and-unbundle', '-b', 'hand/made', '-p', 'stored.img', '-d', 'out')
    assert.deepEqual(readFileSync(join(cloud.work, 'out', 'stored.img')), disk)
    await euca('euca-terminate-instances', instance)
    await euca('euca-deregister', emi)
    await euca('euca-delete-bundle', '-b', 'hand/made', '-p', 'stored.img', '--clear')
  })
})
