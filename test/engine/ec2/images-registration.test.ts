// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DescribeImagesCommand, RegisterImageCommand } from '@aws-sdk/client-ec2'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { RegisterImageWithPlatform$ } from '../../../src/schemas/extended-operations'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { type TinyOptions, tinyBundle, upload } from '../../support/tiny-bundle'
import { send } from './command'
import { refused } from './expect'

describe('registering an image', () => {
  let c: Cloud
  let alice: Clients
  const disk = Buffer.from('a disk of few words')

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  after(() => c.close())

  let count = 0
  const bundleOf = (options: Partial<TinyOptions> = {}) =>
    tinyBundle(c, { disk, name: `image-${count++}.img`, ...options })
  const uploaded = (options: Partial<TinyOptions> = {}) => upload(c.s3(), 'images', bundleOf(options))
  const register = (input: object, clients: Clients = c) =>
    clients
      .ec2()
      .send(
        new RegisterImageCommand({ Name: `name-${count++}`, VirtualizationType: 'hvm', ...input } as never),
      )
  const described = async (id: string | undefined) =>
    (await c.ec2().send(new DescribeImagesCommand({ ImageIds: [id ?? ''] }))).Images?.[0]
  const registered = async (options: Partial<TinyOptions> = {}, input: object = {}) =>
    described((await register({ ImageLocation: await uploaded(options), ...input })).ImageId)
  /** A manifest without parts: enough for registration. */
  const putManifest = async (key: string, text: string | Buffer) => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'images' }))
    await c.s3().send(new PutObjectCommand({ Bucket: 'images', Key: key, Body: text, ACL: 'aws-exec-read' }))
    return `images/${key}`
  }

  it('a kernel id that is none is refused before anything else', async () => {
    await refused(
      register({ Name: '!', KernelId: 'kernel' }),
      'InvalidParameterValue',
      'Value (kernel) for parameter image is invalid.',
    )
    await refused(register({ Name: '!', RamdiskId: 'windows' }), 'InvalidParameterValue')
  })

  it('a name has 3 to 128 characters of a small alphabet', async () => {
    for (const Name of [undefined, '', 'ab', 'x'.repeat(129), 'has space', 'ümlaut']) {
      await refused(register({ Name, ImageLocation: 'x/y' }), 'InvalidAMIName.Malformed')
    }
  })

  it('a name is taken once in an account, and free in another', async () => {
    const location = await uploaded()
    const { ImageId } = await register({ Name: 'taken', ImageLocation: location })
    await refused(
      register({ Name: 'taken', ImageLocation: location }),
      'InvalidAMIName.Duplicate',
      new RegExp(`in use by EMI ${ImageId}$`),
    )
    const hers = bundleOf({ account: alice.accountId })
    await register({ Name: 'taken', ImageLocation: await upload(alice.s3(), 'alice-taken', hers) }, alice)
  })

  it('a description has 255 characters at most', async () => {
    const location = await uploaded()
    await refused(register({ ImageLocation: location, Description: 'x'.repeat(256) }), 'InvalidParameter')
    await register({ ImageLocation: location, Description: 'x'.repeat(255) })
  })

  it('virtualization types are paravirtual and hvm, in any case', async () => {
    await refused(
      register({ ImageLocation: 'x/y', VirtualizationType: 'container' }),
      'InvalidParameterValue',
      /^Unknown virtualization-type/,
    )
    assert.equal((await registered({}, { VirtualizationType: 'HVM' }))?.VirtualizationType, 'hvm')
  })

  it('mappings are ephemeral or suppressed, once a device, and no partitions', async () => {
    const location = await uploaded()
    const map = (...BlockDeviceMappings: object[]) =>
      register({ ImageLocation: location, BlockDeviceMappings })
    const bad = (message: string | RegExp, ...mappings: object[]) =>
      refused(map(...mappings), 'InvalidBlockDeviceMapping', message)
    await bad('Device name sdbb is invalid', { DeviceName: 'sdbb', VirtualName: 'ephemeral0' })
    await bad(/cannot be a partition$/, { DeviceName: '/dev/sdb1', VirtualName: 'ephemeral0' })
    await bad(/must be of the form/, { DeviceName: 'sdb', VirtualName: 'ephemeral9' })
    await bad(/^Ebs block device mappings/, { DeviceName: 'sdb', Ebs: { VolumeSize: 1 } })
    await bad(/^Incorrectly constructed/, { DeviceName: 'sdb' })
    await bad(
      '/dev/sdb is assigned multiple times',
      { DeviceName: 'sdb', VirtualName: 'ephemeral0' },
      { DeviceName: '/dev/sdb', NoDevice: '' },
    )
    await bad(
      /^Only one ephemeral/,
      { DeviceName: 'sdb', VirtualName: 'ephemeral0' },
      { DeviceName: 'sdc', VirtualName: 'ephemeral1' },
    )
    const { ImageId } = await map({ DeviceName: 'sdb', VirtualName: 'ephemeral0' })
    const image = await described(ImageId)
    assert.deepEqual(image?.BlockDeviceMappings, [{ DeviceName: 'sdb', VirtualName: 'ephemeral0' }])
  })

  it('a location is a bucket and a key', async () => {
    for (const ImageLocation of ['nobucket', 'x/key', 'bucket/', '//x/']) {
      await refused(
        register({ ImageLocation }),
        'InvalidManifest',
        `Invalid image location: ${ImageLocation}`,
      )
    }
    const location = await uploaded()
    const { ImageId } = await register({ ImageLocation: `//${location}` })
    assert.equal((await described(ImageId))?.ImageLocation, location)
  })

  it('kernels and ramdisks are for administrators, by name, type or marker', async () => {
    const tryAs = async (who: Clients, options: Partial<TinyOptions>) => {
      const bucket = `of-${who.accountId}`
      const bundle = bundleOf({ account: who.accountId, ...options })
      const location = await upload(who.s3(), bucket, bundle)
      return register({ ImageLocation: location }, who)
    }
    const kernel = 'Only administrators can register kernel images.'
    const ramdisk = 'Only administrators can register ramdisk images.'
    await refused(
      register({ ImageLocation: 'nowhere/vmlinuz-3.manifest.xml' }, alice),
      'OperationNotPermitted',
      kernel,
    )
    await refused(
      register({ ImageLocation: 'nowhere/initrd-3.manifest.xml' }, alice),
      'OperationNotPermitted',
      ramdisk,
    )
    await refused(tryAs(alice, { type: 'kernel' }), 'OperationNotPermitted', kernel)
    await refused(tryAs(alice, { facts: { ramdiskId: 'true' } }), 'OperationNotPermitted', ramdisk)
    assert.match((await tryAs(c, { type: 'kernel' })).ImageId ?? '', /^eki-/)
    assert.match((await tryAs(c, { name: 'initrd-3' })).ImageId ?? '', /^eri-/)
    assert.match((await tryAs(c, { facts: { kernelId: 'yes' } })).ImageId ?? '', /^eki-/)
    // Only its type makes it a ramdisk: the name does not begin with initrd.
    assert.match((await tryAs(c, { name: 'initramfs-3' })).ImageId ?? '', /^emi-/)
  })

  it('a manifest that is not there, not XML, too long or private cannot be read', async () => {
    const unreadable = (location: string) =>
      refused(
        register({ ImageLocation: location }),
        'InvalidManifest',
        `Failed to read manifest file: ${location}`,
      )
    await unreadable('nobucket/x.manifest.xml')
    await uploaded()
    await unreadable('images/nokey.manifest.xml')
    await unreadable(await putManifest('text.manifest.xml', 'not XML'))
    await unreadable(await putManifest('other.manifest.xml', '<other/>'))
    const entity = '<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]><manifest>&e;</manifest>'
    await unreadable(await putManifest('entity.manifest.xml', entity))
    await unreadable(await putManifest('huge.manifest.xml', Buffer.alloc(5_242_881, ' ')))
    await unreadable(await upload(c.s3(), 'images', bundleOf(), 'private'))
  })

  it('the account in the manifest must be the caller', async () => {
    const theirs = await uploaded({ user: '999999999999' })
    await refused(register({ ImageLocation: theirs }), 'AuthFailure', 'Manifest is not accessible')
    await refused(register({ ImageLocation: await uploaded() }, alice), 'AuthFailure')
  })

  it('windows is known by platform, kernel marker or name, and makes the image hvm', async () => {
    const asked = { VirtualizationType: 'paravirtual' }
    const byMarker = await registered({}, { ...asked, KernelId: 'windows' })
    assert.equal(byMarker?.Platform?.toLowerCase(), 'windows')
    assert.equal(byMarker?.VirtualizationType, 'hvm')
    assert.equal(byMarker?.KernelId, undefined)
    assert.equal((await registered({ name: 'windows-7' }, asked))?.VirtualizationType, 'hvm')
    const sent = await send<{ ImageId: string }>(c.ec2(), RegisterImageWithPlatform$, {
      Name: 'windows-by-platform',
      ImageLocation: await uploaded(),
      Platform: 'windows',
    })
    assert.equal((await described(sent.ImageId))?.VirtualizationType, 'hvm')
  })

  it('a paravirtual machine image needs a kernel and a ramdisk, from the request or the manifest', async () => {
    const location = await uploaded()
    const asked = { ImageLocation: location, VirtualizationType: undefined }
    await refused(register(asked), 'MissingParameter', 'Kernel ID must be specified')
    await refused(
      register({ ...asked, KernelId: 'EKI-12345678' }),
      'MissingParameter',
      'Ramdisk ID must be specified',
    )
    const { ImageId } = await register({ ...asked, KernelId: 'EKI-12345678', RamdiskId: 'eri-12345678' })
    assert.equal((await described(ImageId))?.KernelId, 'eki-12345678')
    const paravirtual = { VirtualizationType: 'paravirtual' }
    const own = await registered(
      { facts: { kernelId: 'eki-87654321', ramdiskId: 'eri-87654321' } },
      paravirtual,
    )
    assert.equal(own?.KernelId, 'eki-87654321')
    assert.equal(own?.RamdiskId, 'eri-87654321')
    // What is no id of this cloud's kind does not count.
    const odd = await uploaded({ facts: { kernelId: 'aki', ramdiskId: 'ari' } })
    await refused(register({ ...asked, ImageLocation: odd }), 'MissingParameter')
  })

  it('an image has 30 GiB at most', async () => {
    const limit = 30 * 2 ** 30
    await refused(
      register({ ImageLocation: await uploaded({ facts: { size: limit + 1 } }) }),
      'InvalidManifest',
      new RegExp(`^Cannot register image of size: ${limit + 1} bytes .* 30 GB`),
    )
    await register({ ImageLocation: await uploaded({ facts: { size: limit } }) })
  })

  it('without a location or a snapshot for the root there is nothing to register', async () => {
    await refused(register({}), 'MissingParameter', /^Invalid request: {2}the request must specify/)
    const other = { DeviceName: '/dev/sdb', Ebs: { SnapshotId: 'snap-12345678' } }
    await refused(register({ BlockDeviceMappings: [other] }), 'MissingParameter', /^Invalid request/)
  })

  it('the architecture is the request’s, else the manifest’s', async () => {
    assert.equal((await registered({ facts: { architecture: 'i386' } }))?.Architecture, 'i386')
    assert.equal((await registered({}, { Architecture: 'i386' }))?.Architecture, 'i386')
    assert.equal((await registered({ facts: { architecture: 'pdp11' } }))?.Architecture, 'other')
    await refused(
      register({ ImageLocation: await uploaded(), Architecture: 'pdp11' }),
      'InvalidParameterValue',
    )
  })

  it('tags come with the image', async () => {
    const TagSpecifications = [{ ResourceType: 'image', Tags: [{ Key: 'stage', Value: 'live' }] }]
    assert.deepEqual((await registered({}, { TagSpecifications }))?.Tags, [{ Key: 'stage', Value: 'live' }])
  })

  it('a dry run registers nothing', async () => {
    const location = await uploaded()
    await refused(register({ Name: 'dry-run', ImageLocation: location, DryRun: true }), 'DryRunOperation')
    const images = await c
      .ec2()
      .send(new DescribeImagesCommand({ Filters: [{ Name: 'name', Values: ['dry-run'] }] }))
    assert.deepEqual(images.Images ?? [], [])
  })
})
