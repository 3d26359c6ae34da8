// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateTagsCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  GetConsoleOutputCommand,
  GetPasswordDataCommand,
  type Instance,
  MonitorInstancesCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny, registerTrio, type TinyTrio } from '../../support/tiny-image'
import { refused } from './expect'

describe('instances', () => {
  let c: Cloud
  let alice: Clients
  let images: TinyTrio

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    images = await registerTrio(c)
    await c.settle()
  })
  afterEach(() => c.close())

  const run = async (input: object = {}, who: Clients = c): Promise<Instance[]> => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    return (await who.ec2().send(new RunInstancesCommand(sent as never))).Instances ?? []
  }
  const idOf = async (input: object = {}): Promise<string> => (await run(input))[0]?.InstanceId ?? ''
  const reservations = async (input: DescribeInstancesCommandInput = {}, who: Clients = c) =>
    (await who.ec2().send(new DescribeInstancesCommand(input))).Reservations ?? []
  const described = async (input: DescribeInstancesCommandInput = {}, who: Clients = c) =>
    (await reservations(input, who)).flatMap(reservation => reservation.Instances ?? [])
  const stateOf = async (id: string) => (await described({ InstanceIds: [id] }))[0]?.State?.Name
  const terminate = (...InstanceIds: string[]) => c.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
  const consoleOf = async (InstanceId: string) => {
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId }))
    return Buffer.from(Output, 'base64').toString()
  }

  it('an instance is pending, then running, then shutting down, terminated, and gone after an hour', async () => {
    const [instance] = await run()
    const id = instance?.InstanceId ?? ''
    assert.match(id, /^i-[0-9a-f]{8}$/)
    assert.deepEqual(instance?.State, { Code: 0, Name: 'pending' })
    await c.settle()
    assert.equal(await stateOf(id), 'pending')
    await c.pass(3)
    assert.equal(await stateOf(id), 'running')
    const { TerminatingInstances } = await terminate(id)
    assert.deepEqual(TerminatingInstances, [
      {
        InstanceId: id,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: { Code: 32, Name: 'shutting-down' },
      },
    ])
    await c.pass(3)
    assert.equal(await stateOf(id), 'terminated')
    const [ended] = await described({ InstanceIds: [id] })
    assert.equal(ended?.StateTransitionReason, 'User terminated.')
    assert.equal(ended?.PublicIpAddress, undefined)
    await c.pass(3599)
    assert.equal(await stateOf(id), 'terminated')
    await c.pass(1)
    await refused(stateOf(id), 'InvalidInstanceID.NotFound')
  })

  it('an instance shows all that the tools print', async () => {
    await run({ InstanceType: 'm1.medium', Monitoring: { Enabled: true }, ClientToken: 'token-1' })
    await c.pass(10)
    const [reservation] = await reservations()
    const [instance] = reservation?.Instances ?? []
    assert.match(reservation?.ReservationId ?? '', /^r-[0-9a-f]{8}$/)
    assert.equal(reservation?.OwnerId, c.accountId)
    assert.equal(reservation?.Groups?.[0]?.GroupName, 'default')
    assert.equal(instance?.ImageId, images.emi)
    assert.equal(instance?.KernelId, images.eki)
    assert.equal(instance?.RamdiskId, images.eri)
    assert.equal(instance?.InstanceType, 'm1.medium')
    assert.equal(instance?.AmiLaunchIndex, 0)
    assert.equal(instance?.Architecture, 'x86_64')
    assert.equal(instance?.VirtualizationType, 'paravirtual')
    assert.equal(instance?.RootDeviceType, 'instance-store')
    assert.equal(instance?.RootDeviceName, '/dev/sda1')
    assert.equal(instance?.ClientToken, 'token-1')
    assert.equal(instance?.Monitoring?.State, 'enabled')
    assert.equal(instance?.Placement?.AvailabilityZone, 'PARTI00')
    assert.equal(instance?.Placement?.Tenancy, 'default')
    assert.equal(instance?.SecurityGroups?.[0]?.GroupName, 'default')
    const dashed = (ip = '') => ip.replaceAll('.', '-')
    assert.equal(instance?.PrivateDnsName, `euca-${dashed(instance?.PrivateIpAddress)}.eucalyptus.internal`)
    assert.equal(instance?.PublicDnsName, `euca-${dashed(instance?.PublicIpAddress)}.eucalyptus.localhost`)
    assert.equal(instance?.EbsOptimized, false)
  })

  it('an elastic address takes the place of the one the cloud gave', async () => {
    const id = await idOf()
    await c.pass(5)
    const { PublicIp } = await c.ec2().send(new AllocateAddressCommand({}))
    await c.ec2().send(new AssociateAddressCommand({ InstanceId: id, PublicIp }))
    assert.equal((await described())[0]?.PublicIpAddress, PublicIp)
    await terminate(id)
    await c.pass(5)
    await c.engine.read(tx => assert.equal(tx.addresses.get(PublicIp ?? '')?.instanceId, undefined))
  })

  it('instances belong to their account; an administrator sees others by id or by saying verbose', async () => {
    const emi = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
    const [hers] = await run({ ImageId: emi }, alice)
    const mine = await idOf()
    assert.deepEqual(
      (await described()).map(one => one.InstanceId),
      [mine],
    )
    assert.equal((await described({ InstanceIds: ['verbose'] })).length, 2)
    assert.equal((await described({ InstanceIds: [hers?.InstanceId ?? ''] })).length, 1)
    await refused(described({ InstanceIds: [mine] }, alice), 'InvalidInstanceID.NotFound')
    await refused(described({ InstanceIds: ['verbose'] }, alice), 'InvalidInstanceID.Malformed')
  })

  it('filters pick instances by their own fields, and known names without meaning match none', async () => {
    const small = await idOf({ InstanceType: 'm1.small' })
    c.clock.advance(1)
    const large = await idOf({ InstanceType: 'm1.large', Placement: { AvailabilityZone: 'PARTI01' } })
    await c.ec2().send(new CreateTagsCommand({ Resources: [small], Tags: [{ Key: 'role', Value: 'web' }] }))
    const by = async (Name: string, ...Values: string[]) =>
      (await described({ Filters: [{ Name, Values }] })).map(one => one.InstanceId)
    assert.deepEqual(await by('instance-type', 'm1.l*'), [large])
    assert.deepEqual(await by('availability-zone', 'PARTI01'), [large])
    assert.deepEqual(await by('instance-state-code', '0'), [small, large])
    assert.deepEqual(await by('tag:role', 'web'), [small])
    assert.deepEqual(await by('group-name', 'default'), [small, large])
    assert.deepEqual(await by('root-device-type', 'instance-store'), [small, large])
    assert.deepEqual(await by('vpc-id', '*'), [])
    await refused(by('colour', 'red'), 'InvalidParameterValue')
  })

  it('pages hold instances, oldest first, each once', async () => {
    const ids = (await run({ MinCount: 7, MaxCount: 7 })).map(one => one.InstanceId)
    const first = await c.ec2().send(new DescribeInstancesCommand({ MaxResults: 5 }))
    const second = await c
      .ec2()
      .send(new DescribeInstancesCommand({ MaxResults: 5, NextToken: first.NextToken }))
    const seen = [first, second].map(page => page.Reservations?.[0]?.Instances?.map(one => one.InstanceId))
    assert.deepEqual(seen.flat(), ids)
    assert.deepEqual(
      seen.map(page => page?.length),
      [5, 2],
    )
  })

  it('a status is shown of running instances, and of the others when asked for', async () => {
    const id = await idOf()
    const status = async (input = {}) =>
      (await c.ec2().send(new DescribeInstanceStatusCommand(input))).InstanceStatuses ?? []
    assert.deepEqual(await status(), [])
    assert.equal((await status({ IncludeAllInstances: true }))[0]?.InstanceStatus?.Status, 'not-applicable')
    await c.pass(5)
    const [seen] = await status()
    assert.equal(seen?.InstanceId, id)
    assert.equal(seen?.InstanceState?.Code, 16)
    assert.equal(seen?.SystemStatus?.Status, 'ok')
    assert.deepEqual(seen?.InstanceStatus?.Details, [{ Name: 'reachability', Status: 'passed' }])
    const by = { Filters: [{ Name: 'instance-status.reachability', Values: ['failed'] }] }
    assert.deepEqual(await status(by), [])
  })

  it('a batch with an unknown or malformed id terminates nothing', async () => {
    const id = await idOf()
    await refused(
      terminate(id, 'i-00000000'),
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-00000000' does not exist",
    )
    await refused(terminate(id, 'nonsense'), 'InvalidInstanceID.Malformed', 'Invalid id: "nonsense"')
    assert.equal(await stateOf(id), 'pending')
  })

  it('a second termination changes nothing, a third one after the end hides the instance', async () => {
    const id = await idOf()
    await c.pass(5)
    await terminate(id)
    const again = await terminate(id)
    assert.equal(again.TerminatingInstances?.[0]?.CurrentState?.Code, 32)
    await c.pass(5)
    const third = await terminate(id)
    assert.equal(third.TerminatingInstances?.[0]?.CurrentState?.Code, 48)
    assert.deepEqual(await described(), [])
  })

  it('termination protection holds for the whole batch', async () => {
    const guarded = await idOf({ DisableApiTermination: true })
    const other = await idOf()
    await refused(
      terminate(other, guarded),
      'OperationNotPermitted',
      `Termination protection enabled for instance ${guarded}`,
    )
    assert.equal(await stateOf(other), 'pending')
  })

  it('an instance-store instance can be neither stopped nor started', async () => {
    const InstanceIds = [await idOf()]
    await c.pass(5)
    await refused(c.ec2().send(new StopInstancesCommand({ InstanceIds })), 'UnsupportedOperation')
    await refused(c.ec2().send(new StartInstancesCommand({ InstanceIds })), 'UnsupportedOperation')
    await terminate(...InstanceIds)
    await c.pass(5)
    await refused(c.ec2().send(new StopInstancesCommand({ InstanceIds })), 'IncorrectInstanceState')
  })

  it('monitoring is switched on and off', async () => {
    const InstanceIds = [await idOf()]
    const on = await c.ec2().send(new MonitorInstancesCommand({ InstanceIds }))
    assert.deepEqual(on.InstanceMonitorings, [
      { InstanceId: InstanceIds[0], Monitoring: { State: 'enabled' } },
    ])
    assert.equal((await described())[0]?.Monitoring?.State, 'enabled')
    await c.ec2().send(new UnmonitorInstancesCommand({ InstanceIds }))
    assert.equal((await described())[0]?.Monitoring?.State, 'disabled')
  })

  it('the console tells of the kernel, the root file system and the host key, once more after a reboot', async () => {
    const id = await idOf({ UserData: Buffer.from('#!/bin/sh').toString('base64') })
    await refused(consoleOf(id), 'IncorrectInstanceState', `Instance ${id} is not in a running state.`)
    await c.pass(5)
    const text = await consoleOf(id)
    assert.match(text, /Linux version 3\.11\.10-301\.fc20\.x86_64 #1 SMP/)
    assert.match(text, /EXT4-fs \(sda1\): mounted filesystem 01234567-89ab-cdef-0123-456789abcdef "tiny"/)
    assert.match(text, /BEGIN SSH HOST KEY FINGERPRINTS-----\r\nec2: 256 SHA256:[A-Za-z0-9+/]{43} root@euca-/)
    assert.match(text, /ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\S{43}/)
    assert.match(text, /user-data: 9 bytes/)
    await c.ec2().send(new RebootInstancesCommand({ InstanceIds: [id] }))
    assert.equal((await consoleOf(id)).match(/Linux version/g)?.length, 2)
    assert.equal(await stateOf(id), 'running')
  })

  it('a disk without a file system panics on the console', async () => {
    const emi = await registerTiny(
      c,
      { disk: Buffer.from('no file system') },
      { KernelId: images.eki, RamdiskId: images.eri },
    )
    const id = await idOf({ ImageId: emi })
    await c.pass(5)
    assert.match(await consoleOf(id), /Kernel panic - not syncing: VFS: Unable to mount root fs/)
  })

  it('a reboot is refused for unknown and for ended instances', async () => {
    const id = await idOf()
    const reboot = (...InstanceIds: string[]) => c.ec2().send(new RebootInstancesCommand({ InstanceIds }))
    await refused(reboot('i-00000000'), 'InvalidInstanceID.NotFound')
    await terminate(id)
    await refused(reboot(id), 'IncorrectInstanceState')
  })

  it('there is no password of an instance that is not windows', async () => {
    const InstanceId = await idOf()
    await c.pass(5)
    const answer = await c.ec2().send(new GetPasswordDataCommand({ InstanceId }))
    assert.equal(answer.PasswordData ?? '', '')
  })
})
