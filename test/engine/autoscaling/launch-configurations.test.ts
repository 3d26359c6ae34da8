// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { CreateKeyPairCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, kernelFile, registerTiny } from '../../support/tiny-image'
import { haveInstance } from '../ec2/instance'
import { haveProfile } from '../iam/profiles'
import { makeConfiguration, makeGroup, refused, type Who } from './made'

type More = Partial<sdk.CreateLaunchConfigurationType>

describe('launch configurations', () => {
  let c: Cloud
  let alice: Clients
  let image: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
  })
  afterEach(() => c.close())

  const make = (name: string, more: More = {}, who: Who = alice) => makeConfiguration(who, name, image, more)

  const list = async (input: sdk.LaunchConfigurationNamesType = {}, who: Who = alice) =>
    (await who.autoscaling().send(new sdk.DescribeLaunchConfigurationsCommand(input))).LaunchConfigurations

  const namesOf = async (names: string[], who: Who = alice) =>
    (await list({ LaunchConfigurationNames: names }, who))?.map(one => one.LaunchConfigurationName)

  const remove = (LaunchConfigurationName: string, who: Who = alice) =>
    who.autoscaling().send(new sdk.DeleteLaunchConfigurationCommand({ LaunchConfigurationName }))

  const haveNetwork = async () => {
    const ec2 = alice.ec2()
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'key' }))
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'group', Description: 'hers' }),
    )
    return GroupId
  }

  it('have defaults for what is not given, as empty texts', async () => {
    await make('lc')
    const [configuration] = (await list()) ?? []
    const { LaunchConfigurationARN = '', ...rest } = configuration ?? {}
    assert.match(
      LaunchConfigurationARN,
      new RegExp(
        `^arn:aws:autoscaling::${alice.accountId}:launchConfiguration:[0-9a-f-]{36}:launchConfigurationName/lc$`,
      ),
    )
    assert.deepEqual(rest, {
      ...{ LaunchConfigurationName: 'lc', ImageId: image, InstanceType: 'm1.small' },
      ...{ KeyName: '', UserData: '', KernelId: '', RamdiskId: '', SecurityGroups: [] },
      BlockDeviceMappings: [],
      InstanceMonitoring: { Enabled: true },
      EbsOptimized: false,
      CreatedTime: new Date('2014-02-16T12:13:16Z'),
    })
  })

  it('keep all that they are given', async () => {
    const group = await haveNetwork()
    const profile = await haveProfile(alice, 'worker')
    const all: More = {
      ...{ KeyName: 'key', SecurityGroups: [group], UserData: 'aGVsbG8=', IamInstanceProfile: profile },
      ...{ InstanceMonitoring: { Enabled: false }, SpotPrice: '0.05', EbsOptimized: true },
      ...{ AssociatePublicIpAddress: false, PlacementTenancy: 'dedicated' },
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
        { DeviceName: '/dev/sdc', NoDevice: true },
        { DeviceName: '/dev/sdd', Ebs: { VolumeSize: 2, VolumeType: 'standard', DeleteOnTermination: true } },
      ],
    }
    await make('lc', all)
    const [configuration] = (await list()) ?? []
    const kept = Object.fromEntries(
      Object.keys(all).map(key => [key, configuration?.[key as keyof sdk.LaunchConfiguration]]),
    )
    assert.deepEqual(kept, all)
    await make('by-name', { SecurityGroups: ['group', 'default'], IamInstanceProfile: 'worker' })
  })

  it('are refused with the words of the first fault, and not made', async () => {
    const group = await haveNetwork()
    const cases: readonly (readonly [More, string])[] = [
      [{ LaunchConfigurationName: 'a:b' }, 'a:b for parameter LaunchConfigurationName is invalid'],
      [{ ImageId: undefined }, 'ImageId is required'],
      [{ InstanceType: undefined }, 'InstanceType is required'],
      [{ ImageId: 'image' }, 'image for parameter ImageId is invalid'],
      [{ KernelId: image }, `${image} for parameter KernelId is invalid`],
      [{ RamdiskId: 'r' }, 'r for parameter RamdiskId is invalid'],
      [{ UserData: 'x'.repeat(90_001) }, `${'x'.repeat(90_001)} for parameter UserData is invalid`],
      [{ SpotPrice: '1' }, '1 for parameter SpotPrice is invalid'],
      [{ PlacementTenancy: 'host' }, 'host for parameter PlacementTenancy is invalid'],
      [{ IamInstanceProfile: 'a b' }, 'a b for parameter IamInstanceProfile is invalid'],
      [
        { BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { SnapshotId: 's' } }] },
        's for parameter BlockDeviceMappings.member.1.Ebs.SnapshotId is invalid',
      ],
      [
        { BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: -1 } }] },
        '-1 for parameter BlockDeviceMappings.member.1.Ebs.VolumeSize is invalid',
      ],
      [
        { SecurityGroups: ['group', group] },
        'Must use either use group-id or group-name for all the security groups, not both at the same time',
      ],
      [{ ImageId: 'emi-00000000' }, 'Invalid parameters [Invalid image id(s): [emi-00000000]]'],
      [
        { KernelId: 'eki-00000001', RamdiskId: 'eri-00000001' },
        'Invalid parameters [Invalid image id(s): [eki-00000001, eri-00000001]]',
      ],
      [{ InstanceType: 'x9' }, 'Invalid parameters [Invalid instance type: x9]'],
      [{ KeyName: 'none' }, 'Invalid parameters [Invalid ssh key: none]'],
      [{ SecurityGroups: ['z', 'a'] }, 'Invalid parameters [Invalid security group(s): [a, z]]'],
      [{ SecurityGroups: ['sg-00000000'] }, 'Invalid parameters [Invalid security group(s): [sg-00000000]]'],
      [{ IamInstanceProfile: 'none' }, 'Invalid parameters [Invalid instance profile: none]'],
      [
        { InstanceType: 'x9', KeyName: 'none' },
        'Invalid parameters [Invalid instance type: x9, Invalid ssh key: none]',
      ],
      [{ InstanceId: 'i-00000000' }, 'Invalid parameters [Invalid instance id: i-00000000]'],
      [{ InstanceId: 'i' }, 'i for parameter InstanceId is invalid'],
      [{ ClassicLinkVPCId: 'vpc-1' }, 'ClassicLinkVPCId is not supported by this cloud'],
      [{ MetadataOptions: { HttpTokens: 'required' } }, 'MetadataOptions is not supported by this cloud'],
    ]
    for (const [input, message] of cases) await refused(make('lc', input), 'ValidationError', message)
    assert.deepEqual(await list(), [])
  })

  it("are refused another account's image, unless it is shared", async () => {
    const hers = image
    const message = `Invalid parameters [Invalid image id(s): [${hers}]]`
    const bob = await c.account('bob')
    await refused(makeConfiguration(bob, 'lc', hers), 'ValidationError', message)
    c.engine.write(tx => tx.images.put({ ...tx.images.must(hers), isPublic: true }))
    await makeConfiguration(bob, 'lc', hers)
  })

  it('are refused when there is one of this name', async () => {
    await make('lc')
    await refused(make('lc'), 'AlreadyExists', 'Resource already exists')
  })

  it('may name the kernel of an image', async () => {
    const kernel = await registerTiny(c, { disk: kernelFile('3.11'), type: 'kernel' })
    c.engine.write(tx => tx.images.put({ ...tx.images.must(kernel), isPublic: true }))
    await make('lc', { KernelId: kernel.toLowerCase() })
    assert.equal((await list())?.[0]?.KernelId, kernel)
  })

  it('are made in the likeness of an instance, but for what the request says', async () => {
    const group = await haveNetwork()
    haveInstance(c, {
      ...{ id: 'i-0000000a', account: alice.accountId, imageId: image, instanceType: 'm1.large' },
      ...{ keyName: 'key', groupIds: [group], userData: 'aGVsbG8=' },
    })
    const command = { LaunchConfigurationName: 'like', InstanceId: 'i-0000000a', InstanceType: 'm1.small' }
    await alice.autoscaling().send(new sdk.CreateLaunchConfigurationCommand(command))
    const [like] = (await list()) ?? []
    assert.deepEqual([like?.ImageId, like?.InstanceType, like?.KeyName], [image, 'm1.small', 'key'])
    assert.deepEqual([like?.SecurityGroups, like?.UserData], [[group], 'aGVsbG8='])
    assert.deepEqual(like?.InstanceMonitoring, { Enabled: false })
    const bob = await c.account('bob')
    const unknown = (who: Who) =>
      refused(
        who.autoscaling().send(new sdk.CreateLaunchConfigurationCommand(command)),
        'ValidationError',
        'Invalid parameters [Invalid instance id: i-0000000a]',
      )
    await unknown(bob)
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must('i-0000000a'), state: 'terminated' }))
    await unknown(alice)
  })

  it('are deleted by name or ARN, when no group uses them', async () => {
    await make('lc')
    await make('other')
    await makeGroup(alice, 'web')
    await refused(remove('lc'), 'ResourceInUse', 'Resource in use')
    await remove('none')
    await remove((await list({ LaunchConfigurationNames: ['other'] }))?.[0]?.LaunchConfigurationARN ?? '')
    assert.deepEqual(await namesOf([]), ['lc'])
    await refused(remove('a:b'), 'ValidationError', 'a:b for parameter LaunchConfigurationName is invalid')
  })

  it('are listed by names and ARNs, and in pages', async () => {
    for (const name of ['b', 'a', 'c']) await make(name)
    const arn = (await list({ LaunchConfigurationNames: ['c'] }))?.[0]?.LaunchConfigurationARN ?? ''
    assert.deepEqual(await namesOf([]), ['a', 'b', 'c'])
    assert.deepEqual(await namesOf([arn, 'none', 'a']), ['a', 'c'])
    const page = await alice
      .autoscaling()
      .send(new sdk.DescribeLaunchConfigurationsCommand({ MaxRecords: 2 }))
    assert.equal(page.LaunchConfigurations?.length, 2)
    const { NextToken } = page
    assert.deepEqual(
      (await list({ NextToken }))?.map(one => one.LaunchConfigurationName),
      ['c'],
    )
    await refused(list({ NextToken: 'x' }), 'InvalidNextToken', "The token 'x' is invalid.")
  })

  it("are the administrator's to see in all accounts", async () => {
    await make('lc')
    assert.deepEqual(await namesOf([], c), [])
    assert.deepEqual(await namesOf(['verbose'], c), ['lc'])
    assert.deepEqual(await namesOf(['verbose']), ['lc'])
    const arn = (await list())?.[0]?.LaunchConfigurationARN ?? ''
    assert.deepEqual(await namesOf([arn], c), ['lc'])
    assert.deepEqual(await namesOf([arn], await c.account('bob')), [])
  })
})
