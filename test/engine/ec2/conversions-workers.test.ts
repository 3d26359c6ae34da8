// SPDX-License-Identifier: BSD-2-Clause
// Imports wait for a worker: an instance of a group that the first import brings, which can be scaled, killed and deleted.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DeleteAutoScalingGroupCommand,
  DeleteLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
} from '@aws-sdk/client-auto-scaling'
import {
  CreateKeyPairCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  GetConsoleOutputCommand,
} from '@aws-sdk/client-ec2'
import {
  GetRolePolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam'
import { workerNames } from '../../../src/engine/imaging/workers'
import { someDisk } from '../../format/disk/disk-files'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { done, runningWorkers, waiting } from './imaging-workers'
import { importVolume, stateOf, Upload } from './uploads'

const disk = someDisk(500_224)

describe('imaging workers', () => {
  let c: Cloud
  let alice: Clients
  let url: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    url = (await new Upload(alice, disk).all()).url
  })
  afterEach(() => endTidy(c))

  const groupsOf = async (who: Clients, ...AutoScalingGroupNames: string[]) =>
    (await who.autoscaling().send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames })))
      .AutoScalingGroups ?? []

  const instancesOf = async (who: Clients) =>
    ((await who.ec2().send(new DescribeInstancesCommand({}))).Reservations ?? []).flatMap(
      ({ Instances }) => Instances ?? [],
    )

  const zoneOf = (id: string) => c.engine.read(tx => tx.instances.must(id).zone)

  /** An import that has come as far as it does without a worker. */
  const queued = async (zone = 'PARTI00'): Promise<string> => {
    const id = await importVolume(alice, url, { zone })
    await c.pass(30)
    return id
  }

  // ---- what the first import makes -----------------------------------------------------------------------------------

  it('come with the first import, one a zone, in the account of the administrators', async () => {
    assert.deepEqual(await groupsOf(c), [])
    const id = await queued()
    assert.deepEqual(await stateOf(alice, id), done)
    const [group] = await groupsOf(c)
    assert.equal(group?.AutoScalingGroupName, 'asg-euca-internal-imaging-worker-01')
    assert.equal(group?.LaunchConfigurationName, 'lc-euca-internal-imaging-worker-01')
    assert.deepEqual([group?.MinSize, group?.MaxSize, group?.DesiredCapacity], [2, 2, 2])
    assert.deepEqual(group?.AvailabilityZones, ['PARTI00', 'PARTI01'])
    assert.equal(group?.HealthCheckType, 'EC2')
    const tags = group?.Tags?.map(({ Key, Value, PropagateAtLaunch }) => [Key, Value, PropagateAtLaunch])
    assert.deepEqual(tags, [['Name', 'euca-internal-imaging-workers', true]])
    const workers = runningWorkers(c)
    assert.deepEqual(workers.map(zoneOf), ['PARTI00', 'PARTI01'])
    assert.deepEqual(group?.Instances?.map(({ InstanceId }) => InstanceId).sort(), [...workers].sort())
  })

  it('have what Eucalyptus gives them: configuration, security group, role and policies', async () => {
    await queued()
    const { LaunchConfigurations } = await c.autoscaling().send(new DescribeLaunchConfigurationsCommand({}))
    const [configuration] = LaunchConfigurations ?? []
    assert.equal(configuration?.InstanceType, 'm1.small')
    assert.equal(configuration?.IamInstanceProfile, 'imaging-worker-01')
    assert.deepEqual(configuration?.SecurityGroups, ['euca-internal-imaging-worker-01'])
    const userData = Buffer.from(configuration?.UserData ?? '', 'base64').toString()
    assert.match(
      userData,
      /^euca-c2V0dXAtY3JlZGVudGlhbA==\n.*imaging_service_url=imaging\.eucalyptus\.localhost;/,
    )
    const { SecurityGroups } = await c
      .ec2()
      .send(new DescribeSecurityGroupsCommand({ GroupNames: ['euca-internal-imaging-worker-01'] }))
    assert.equal(SecurityGroups?.[0]?.Description, 'group for imaging service workers')
    assert.deepEqual(SecurityGroups?.[0]?.Tags, [{ Key: 'Name', Value: 'euca-internal-imaging-workers' }])
    const { Roles } = await c.iam().send(new ListRolesCommand({ PathPrefix: '/internal/imaging' }))
    assert.deepEqual(
      Roles?.map(({ RoleName }) => RoleName),
      ['imaging-worker-01'],
    )
    const RoleName = 'imaging-worker-01'
    const { InstanceProfiles } = await c.iam().send(new ListInstanceProfilesForRoleCommand({ RoleName }))
    assert.equal(InstanceProfiles?.[0]?.InstanceProfileName, 'imaging-worker-01')
    const PolicyName = 'imaging-iam-policy-volumes-worker-01'
    const { PolicyDocument } = await c.iam().send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    assert.match(decodeURIComponent(PolicyDocument ?? ''), /ec2:DetachVolume/)
    const [worker] = await instancesOf(c)
    assert.ok(
      worker?.Tags?.some(({ Key, Value }) => Key === 'Name' && Value === 'euca-internal-imaging-workers'),
    )
    assert.match(
      worker?.IamInstanceProfile?.Arn ?? '',
      /instance-profile\/internal\/imaging\/imaging-worker-01$/,
    )
    const InstanceId = worker?.InstanceId
    const { Output } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId }))
    assert.match(Buffer.from(Output ?? '', 'base64').toString(), /booting from its boot loader/)
  })

  it('are not shown to users, and their image is not', async () => {
    const id = await queued()
    assert.deepEqual(await stateOf(alice, id), done)
    assert.deepEqual(await groupsOf(alice), [])
    assert.deepEqual(await groupsOf(alice, 'verbose'), [])
    assert.deepEqual(await instancesOf(alice), [])
    const { LaunchConfigurations } = await alice
      .autoscaling()
      .send(new DescribeLaunchConfigurationsCommand({}))
    assert.deepEqual(LaunchConfigurations, [])
    assert.deepEqual((await alice.ec2().send(new DescribeImagesCommand({}))).Images, [])
    const { Images } = await c.ec2().send(new DescribeImagesCommand({ Owners: ['self'] }))
    assert.deepEqual(
      Images?.map(({ Name, Public }) => [Name, Public]),
      [['imaging-worker-v1', false]],
    )
  })

  it('are made once, however many imports there are', async () => {
    await Promise.all([importVolume(alice, url), importVolume(alice, url, { zone: 'PARTI01' })])
    await queued()
    assert.equal(runningWorkers(c).length, 2)
    assert.equal((await groupsOf(c)).length, 1)
    assert.equal((await c.ec2().send(new DescribeImagesCommand({ Owners: ['self'] }))).Images?.length, 1)
  })

  it('do not come where no zone has room for one, until one has', async () => {
    c.engine.write(tx => {
      for (const name of ['PARTI00', 'PARTI01']) tx.zones.put({ name, cpus: 0, memoryMib: 0, diskGib: 0 })
    })
    const id = await queued()
    assert.deepEqual(await stateOf(alice, id), waiting)
    assert.deepEqual(await groupsOf(c), [])
    c.engine.write(tx => {
      for (const name of ['PARTI00', 'PARTI01']) tx.zones.delete(name)
    })
    await c.pass(90)
    assert.deepEqual(await stateOf(alice, id), done)
  })

  it('have their mark set anew where somebody took it away', async () => {
    await queued()
    const marks = () =>
      c.engine.read(tx => {
        const tags = tx.tags.in(c.accountId).list()
        return tags.filter(({ resourceId, key }) => resourceId.startsWith('sg-') && key === 'Name')
      })
    const [mark] = marks()
    assert.equal(mark?.value, 'euca-internal-imaging-workers')
    c.engine.write(tx => tx.tags.in(c.accountId).delete(mark?.resourceId ?? '', 'Name'))
    assert.deepEqual(await stateOf(alice, await queued()), done)
    assert.deepEqual(marks(), [mark])
    assert.equal((await groupsOf(c)).length, 1)
  })

  const operatorWrites = (text: string) => writeFileSync(join(c.home, 'eucalyptus.conf'), text)

  it('are of the type, in the zones and with the key pair that the operator sets', async () => {
    const KeyName = 'operator'
    await c.ec2().send(new CreateKeyPairCommand({ KeyName }))
    operatorWrites(
      'IMAGING_WORKER_INSTANCE_TYPE="m1.large"\nIMAGING_WORKER_KEYNAME=operator\nIMAGING_WORKER_AVAILABILITY_ZONES="parti01"\n',
    )
    const id = await queued()
    assert.deepEqual(await stateOf(alice, id), done)
    const workers = await instancesOf(c)
    assert.deepEqual(
      workers.map(worker => [worker.InstanceType, worker.KeyName, worker.Placement?.AvailabilityZone]),
      [['m1.large', KeyName, 'PARTI01']],
    )
  })

  it('do not come where the operator sets what is not there', async () => {
    for (const [setting, why] of [
      ['IMAGING_WORKER_EMI="emi-00000000"', "The image id '[emi-00000000]' does not exist"],
      ['IMAGING_WORKER_KEYNAME="nobodys"', "The key pair 'nobodys' does not exist"],
      ['IMAGING_WORKER_INSTANCE_TYPE="m9.huge"', "Invalid value 'm9.huge' for InstanceType."],
      ['IMAGING_WORKER_AVAILABILITY_ZONES="nowhere"', 'Invalid availability zone: [nowhere]'],
    ] as const) {
      operatorWrites(setting)
      assert.deepEqual(await stateOf(alice, await queued()), waiting)
      assert.deepEqual(await groupsOf(c), [])
      const log = readFileSync(join(c.home, 'log/cloud-output.log'), 'utf8')
      assert.ok(log.includes(`The imaging service has no workers: ${why}`), setting)
    }
    operatorWrites('')
    await c.pass(90)
    assert.deepEqual(await stateOf(alice, await queued()), done)
  })

  // ---- an administrator who takes things away --------------------------------------------------------------------------

  const force = { AutoScalingGroupName: workerNames.group, ForceDelete: true }

  it('whose group is deleted are made again by the next import', async () => {
    await queued()
    const before = runningWorkers(c)
    await c.autoscaling().send(new DeleteAutoScalingGroupCommand(force))
    await c.pass(30)
    assert.deepEqual(runningWorkers(c), [])
    const id = await queued()
    assert.deepEqual(await stateOf(alice, id), done)
    assert.ok(runningWorkers(c).every(worker => !before.includes(worker)))
  })

  it('whose image is deregistered are made again with another once their group is deleted', async () => {
    await queued()
    const { Images } = await c.ec2().send(new DescribeImagesCommand({ Owners: ['self'] }))
    await c.ec2().send(new DeregisterImageCommand({ ImageId: Images?.[0]?.ImageId ?? '' }))
    await c.autoscaling().send(new DeleteAutoScalingGroupCommand(force))
    const id = await queued()
    assert.deepEqual(await stateOf(alice, id), done)
    const again = await c.ec2().send(new DescribeImagesCommand({ Owners: ['self'] }))
    assert.notEqual(again.Images?.[0]?.ImageId, Images?.[0]?.ImageId)
  })

  it('whose launch configuration is deleted as well are made again with a new one', async () => {
    await queued()
    await c.autoscaling().send(new DeleteAutoScalingGroupCommand(force))
    const LaunchConfigurationName = workerNames.configuration
    await c.autoscaling().send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName }))
    assert.deepEqual(await stateOf(alice, await queued()), done)
  })
})
