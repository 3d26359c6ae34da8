// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  ResetImageAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { tinyBundle, upload } from '../../support/tiny-bundle'
import { refused } from './expect'

describe('images', () => {
  let c: Cloud
  let alice: Clients
  let location: string
  const disk = Buffer.from('a disk of few words')

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    location = await upload(c.s3(), 'fedora20', tinyBundle(c, { disk }))
  })
  afterEach(() => c.close())

  const register = async (clients: Clients, name: string, from = location): Promise<string> => {
    const { ImageId = '' } = await clients
      .ec2()
      .send(new RegisterImageCommand({ Name: name, ImageLocation: from, VirtualizationType: 'hvm' }))
    return ImageId
  }
  const registerAlices = async (name: string): Promise<string> => {
    const bundle = tinyBundle(c, { disk, account: alice.accountId, name: `${name}.img` })
    return register(alice, name, await upload(alice.s3(), 'alices', bundle))
  }
  const describe_ = async (clients: Clients, input: DescribeImagesCommandInput = {}) =>
    (await clients.ec2().send(new DescribeImagesCommand(input))).Images ?? []
  const idsOf = async (clients: Clients, input: DescribeImagesCommandInput = {}) =>
    (await describe_(clients, input)).map(image => image.ImageId)
  const deregister = (clients: Clients, ImageId: string) =>
    clients.ec2().send(new DeregisterImageCommand({ ImageId }))

  it('an image shows what its manifest and its registration say', async () => {
    const id = await register(c, 'fedora')
    const [image] = await describe_(c, { ImageIds: [id] })
    assert.match(id, /^emi-[0-9A-F]{8}$/)
    assert.equal(image?.ImageLocation, 'fedora20/tiny.img.manifest.xml')
    assert.equal(image?.OwnerId, c.accountId)
    assert.equal(image?.State, 'available')
    assert.equal(image?.Public, false)
    assert.equal(image?.Architecture, 'x86_64')
    assert.equal(image?.ImageType, 'machine')
    assert.equal(image?.RootDeviceType, 'instance-store')
    assert.equal(image?.VirtualizationType, 'hvm')
    assert.equal(image?.Platform, undefined)
    assert.equal(image?.Name, 'fedora')
    assert.equal(image?.Hypervisor, undefined)
  })

  it('ids are found in any case, and answers have their canonical form', async () => {
    const id = await register(c, 'fedora')
    assert.deepEqual(await idsOf(c, { ImageIds: [id.toUpperCase()] }), [id])
  })

  it('a malformed id is told apart from one that is unknown', async () => {
    await refused(
      describe_(c, { ImageIds: ['emi-12'] }),
      'InvalidParameterValue',
      'Value (emi-12) for parameter images is invalid.',
    )
    await refused(describe_(c, { ImageIds: ['emi-12345678'] }), 'InvalidAMIID.NotFound')
    await refused(deregister(c, 'nonsense'), 'InvalidAMIID.Malformed', 'Invalid id: "nonsense"')
    await refused(deregister(c, 'emi-12345678'), 'InvalidAMIID.NotFound')
  })

  it('a private image of another account is as unknown as one that never was', async () => {
    const id = await register(c, 'fedora')
    assert.deepEqual(await idsOf(alice), [])
    await refused(describe_(alice, { ImageIds: [id] }), 'InvalidAMIID.NotFound')
  })

  it('owners are accounts, self, and aliases', async () => {
    const mine = await register(c, 'fedora')
    const hers = await registerAlices('alices')
    assert.deepEqual(await idsOf(c, { Owners: ['self'] }), [mine])
    assert.deepEqual(await idsOf(c, { Owners: [alice.accountId] }), [hers])
    assert.deepEqual(await idsOf(c, { Owners: ['alice'] }), [hers])
    assert.deepEqual(await idsOf(c, { Owners: ['amazon'] }), [])
  })

  it('executable by self wants an explicit permission, by all a public image', async () => {
    const shared = await register(c, 'shared')
    const open = await register(c, 'open')
    const modify = (input: object) => c.ec2().send(new ModifyImageAttributeCommand(input as never))
    await modify({ ImageId: shared, LaunchPermission: { Add: [{ UserId: alice.accountId }] } })
    await modify({ ImageId: open, LaunchPermission: { Add: [{ Group: 'all' }] } })
    assert.deepEqual(await idsOf(alice, { ExecutableUsers: ['self'] }), [shared])
    assert.deepEqual(await idsOf(alice, { ExecutableUsers: ['all'] }), [open])
    assert.equal((await idsOf(alice)).length, 2)
  })

  it('filters pick images by their fields, wildcards and tags', async () => {
    const one = await register(c, 'fedora-20')
    await register(c, 'debian-7')
    await c.ec2().send(new CreateTagsCommand({ Resources: [one], Tags: [{ Key: 'stage', Value: 'live' }] }))
    const by = (Name: string, ...Values: string[]) => idsOf(c, { Filters: [{ Name, Values }] })
    assert.deepEqual(await by('name', 'fedora*'), [one])
    assert.deepEqual(await by('tag:stage', 'live'), [one])
    assert.deepEqual(await by('image-type', 'kernel'), [])
    assert.equal((await by('manifest-location', location)).length, 2)
    assert.equal((await by('is-public', 'false')).length, 2)
    assert.deepEqual(await by('block-device-mapping.snapshot-id', '*'), [])
    await refused(by('colour', 'red'), 'InvalidParameterValue', "The filter 'colour' is invalid")
  })

  it('pages give each image once', async () => {
    const ids = [await register(c, 'one1'), await register(c, 'two2'), await register(c, 'three3')].sort()
    const first = await c.ec2().send(new DescribeImagesCommand({ MaxResults: 2 }))
    const second = await c
      .ec2()
      .send(new DescribeImagesCommand({ MaxResults: 2, NextToken: first.NextToken }))
    const seen = [...(first.Images ?? []), ...(second.Images ?? [])].map(image => image.ImageId)
    assert.deepEqual(seen, ids)
    assert.equal(second.NextToken, undefined)
  })

  it('the first deregistration hides an image, the second removes it, the third finds nothing', async () => {
    const id = await registerAlices('alices')
    await deregister(alice, id)
    assert.deepEqual(await idsOf(alice, { Owners: ['self'] }), [])
    const [seen] = await describe_(c, { Owners: [alice.accountId] })
    assert.equal(seen?.State, 'deregistered')
    assert.deepEqual(await idsOf(c, { ImageIds: ['verbose'] }), [id])
    await deregister(alice, id)
    assert.deepEqual(await idsOf(c, { ImageIds: ['verbose'] }), [])
    await refused(deregister(alice, id), 'InvalidAMIID.NotFound')
  })

  it('the sweeper removes a deregistered image after ten minutes', async () => {
    const id = await register(c, 'fedora')
    await deregister(c, id)
    await c.pass(599)
    assert.deepEqual(await idsOf(c, { Owners: ['self'] }), [id])
    await c.pass(1)
    assert.deepEqual(await idsOf(c, { Owners: ['self'] }), [])
  })

  it('an image that an instance uses cannot be removed, and the sweeper leaves it', async () => {
    const id = await register(c, 'fedora')
    await c.settle()
    await c.ec2().send(new RunInstancesCommand({ ImageId: id, MinCount: 1, MaxCount: 1 }))
    await c.pass(10)
    await deregister(c, id)
    await refused(deregister(c, id), 'InvalidAMIID.Unavailable')
    await c.pass(700)
    assert.deepEqual(await idsOf(c, { Owners: ['self'] }), [id])
    await refused(
      c.ec2().send(new RunInstancesCommand({ ImageId: id, MinCount: 1, MaxCount: 1 })),
      'InvalidAMIID.NotFound',
    )
  })

  it('a name is free again once its image is deregistered', async () => {
    const id = await register(c, 'fedora')
    await deregister(c, id)
    assert.notEqual(await register(c, 'fedora'), id)
  })

  it('only the owner and cloud administrators change an image or look at its attributes', async () => {
    const id = await register(c, 'fedora')
    await refused(deregister(alice, id), 'AuthFailure', 'Not authorized to deregister image')
    const attribute = { ImageId: id, Attribute: 'launchPermission' as const }
    await refused(alice.ec2().send(new DescribeImageAttributeCommand(attribute)), 'AuthFailure')
    await refused(alice.ec2().send(new ResetImageAttributeCommand(attribute)), 'AuthFailure')
    await refused(
      alice
        .ec2()
        .send(
          new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Add: [{ Group: 'all' }] } }),
        ),
      'AuthFailure',
    )
  })

  describe('attributes', () => {
    let id: string
    beforeEach(async () => {
      id = await register(c, 'fedora')
    })
    const modify = (input: object) =>
      c.ec2().send(new ModifyImageAttributeCommand({ ImageId: id, ...input } as never))
    const attribute = (Attribute: string) =>
      c.ec2().send(new DescribeImageAttributeCommand({ ImageId: id, Attribute: Attribute as never }))

    it('launch permissions are added, removed and reset', async () => {
      await modify({ LaunchPermission: { Add: [{ UserId: alice.accountId }, { Group: 'all' }] } })
      assert.deepEqual((await attribute('launchPermission')).LaunchPermissions, [
        { Group: 'all' },
        { UserId: alice.accountId },
      ])
      await modify({ LaunchPermission: { Remove: [{ UserId: alice.accountId }] } })
      assert.deepEqual((await attribute('launchPermission')).LaunchPermissions, [{ Group: 'all' }])
      await c.ec2().send(new ResetImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' }))
      assert.deepEqual((await attribute('launchPermission')).LaunchPermissions ?? [], [])
    })

    it('attributes change one at a time', async () => {
      const LaunchPermission = { Add: [{ Group: 'all' }] }
      await refused(
        modify({ LaunchPermission, Description: { Value: 'mine' } }),
        'InvalidParameterCombination',
        'Fields for multiple attribute types specified: launchPermission, description',
      )
      assert.deepEqual((await attribute('launchPermission')).LaunchPermissions ?? [], [])
    })

    it('permissions may also come in the form of an operation, users and groups', async () => {
      await modify({ Attribute: 'launchPermission', OperationType: 'add', UserIds: [alice.accountId] })
      assert.deepEqual((await attribute('launchPermission')).LaunchPermissions, [{ UserId: alice.accountId }])
      await modify({ Attribute: 'launchPermission', OperationType: 'remove', UserIds: [alice.accountId] })
      assert.deepEqual((await attribute('launchPermission')).LaunchPermissions ?? [], [])
    })

    it('a permission is for an account number or for all', async () => {
      await refused(
        modify({ LaunchPermission: { Add: [{ UserId: 'alice' }] } }),
        'InvalidAMIAttributeItemValue',
        'Not a valid userId : alice',
      )
      await refused(
        modify({ OperationType: 'add', UserGroups: ['some'] }),
        'InvalidAMIAttributeItemValue',
        'Not a valid group : some',
      )
      await refused(modify({ OperationType: 'give', UserIds: [alice.accountId] }), 'InvalidParameterValue')
      await refused(modify({}), 'InvalidParameterCombination')
    })

    it('permissions are for a thousand accounts at most', async () => {
      const accounts = (count: number) =>
        Array.from({ length: count }, (_, index) => ({ UserId: String(index).padStart(12, '0') }))
      await refused(modify({ LaunchPermission: { Add: accounts(1001) } }), 'ResourceLimitExceeded')
      await modify({ LaunchPermission: { Add: accounts(1000) } })
    })

    it('product codes are added, a description is set and cleared', async () => {
      await modify({ ProductCodes: ['ABC'] })
      await modify({ ProductCodes: ['DEF', 'ABC'] })
      const codes = (await attribute('productCodes')).ProductCodes?.map(code => code.ProductCodeId)
      assert.deepEqual(codes, ['ABC', 'DEF'])
      const many = Array.from({ length: 49 }, (_, index) => `C${index}`)
      await refused(modify({ ProductCodes: many }), 'ResourceLimitExceeded')
      await modify({ Description: { Value: 'the heisenbug' } })
      assert.equal((await attribute('description')).Description?.Value, 'the heisenbug')
      await refused(modify({ Description: { Value: 'x'.repeat(256) } }), 'InvalidParameter')
    })

    it('the block device mapping of an instance-store image is always the same', async () => {
      const { BlockDeviceMappings = [] } = await attribute('blockDeviceMapping')
      assert.deepEqual(
        BlockDeviceMappings.map(mapping => `${mapping.VirtualName}=${mapping.DeviceName}`),
        ['emi=sda1', 'ephemeral0=sda2', 'swap=sda3', 'root=/dev/sda1'],
      )
    })

    it("what only AWS' images have is empty", async () => {
      assert.deepEqual((await attribute('sriovNetSupport')).SriovNetSupport, {})
      assert.deepEqual((await attribute('bootMode')).BootMode, {})
    })

    it('an attribute that images do not have is refused', async () => {
      await refused(attribute('colour'), 'InvalidParameterValue')
      await refused(attribute('constructor'), 'InvalidParameterValue')
      await refused(
        c.ec2().send(new ResetImageAttributeCommand({ ImageId: id, Attribute: 'kernel' as never })),
        'InvalidParameterValue',
      )
    })
  })
})
