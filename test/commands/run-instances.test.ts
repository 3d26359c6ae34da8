// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Recorder, recorder } from './recorder'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const answer = `<RunInstancesResponse><reservationId>r-1</reservationId><ownerId>1</ownerId>
<groupSet><item><groupId>sg-1</groupId><groupName>default</groupName></item></groupSet><instancesSet>
<item><instanceId>i-2</instanceId><launchTime>2014-02-16T12:13:17.5Z</launchTime><instanceState><code>0</code><name>pending</name></instanceState>
<monitoring><state>disabled</state></monitoring><ebsOptimized>false</ebsOptimized></item>
<item><instanceId>i-1</instanceId><launchTime>2014-02-16T12:13:16Z</launchTime>
<tagSet><item><key>name</key><value>first</value></item></tagSet></item>
</instancesSet></RunInstancesResponse>`

describe('euca-run-instances', () => {
  let service: Recorder
  let cwd: string
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'mallee-launch-'))
    writeFileSync(join(cwd, 'data.txt'), 'from a file\n')
    service = await recorder(() => answer, { cwd })
  })
  after(async () => {
    await service.close()
    rmSync(cwd, { recursive: true })
  })

  const sent = async (...words: string[]): Promise<Record<string, string>> => {
    const { status, stderr } = await service.tool(['euca-run-instances', ...words])
    assert.equal(stderr, '')
    assert.equal(status, 0)
    return service.requests.at(-1) ?? {}
  }
  const refused = async (...words: string[]): Promise<string> => {
    const before = service.requests.length
    const { status, stderr } = await service.tool(['euca-run-instances', ...words])
    assert.equal(status, 2)
    assert.equal(service.requests.length, before, 'something was sent')
    return stderr.split('\n').at(-2) ?? ''
  }

  it('sends one instance of the image when nothing else is said', async () => {
    assert.deepEqual(await sent('emi-1'), {
      Action: 'RunInstances',
      ImageId: 'emi-1',
      MinCount: '1',
      MaxCount: '1',
    })
  })

  it('sends the kind of addresses asked for', async () => {
    assert.equal((await sent('--addressing', 'private', 'emi-1')).AddressingType, 'private')
  })

  it('prints the reservation and its instances by launch time, times as they were received', async () => {
    const { stdout } = await service.tool(['euca-run-instances', 'emi-1'])
    const [reservation, first = '', tag, second = '', ...rest] = stdout.split('\n')
    assert.equal(reservation, 'RESERVATION\tr-1\t1\tdefault')
    assert.equal(first.split('\t').length, 33)
    assert.equal(first.split('\t')[1], 'i-1')
    assert.equal(first.split('\t')[10], '2014-02-16T12:13:16Z')
    assert.equal(tag, 'TAG\tinstance\ti-1\tname\tfirst')
    assert.equal(second.split('\t')[10], '2014-02-16T12:13:17.5Z')
    assert.equal(second.split('\t')[15], 'monitoring-disabled')
    assert.equal(second.split('\t')[30], 'false')
    assert.deepEqual(rest, [''])
  })

  it('takes a range of instances in either order', async () => {
    const { MinCount, MaxCount } = await sent('-n', '5-2', 'emi-1')
    assert.deepEqual([MinCount, MaxCount], ['2', '5'])
  })

  it('tells IDs of groups from their names', async () => {
    const request = await sent('-g', 'web', '-g', 'sg-1', '-g', 'ssh', 'emi-1')
    assert.equal(request['SecurityGroup.1'], 'web')
    assert.equal(request['SecurityGroup.2'], 'ssh')
    assert.equal(request['SecurityGroupId.1'], 'sg-1')
  })

  it('sends user data in base64, from text or a file', async () => {
    assert.equal((await sent('-d', 'hello', 'emi-1')).UserData, base64('hello'))
    assert.equal((await sent('-f', 'data.txt', 'emi-1')).UserData, base64('from a file\n'))
    assert.equal((await sent('--user-data-force', 'data.txt', 'emi-1')).UserData, base64('data.txt'))
  })

  it('refuses a file name as user data, since its contents were probably meant', async () => {
    assert.match(await refused('-d', 'data.txt', 'emi-1'), /argument -d\/--user-data: .*-f\/--user-data-file/)
  })

  it('builds an interface from the options of a VPC, after those given whole', async () => {
    const request = await sent(
      ...[
        '-s',
        'subnet-1',
        '-g',
        'sg-1',
        '--private-ip-address',
        '10.0.0.4',
        '--secondary-address',
        '10.0.0.5',
      ],
      ...['-a', 'eni-12345678:1', '--associate-public-ip-address', 'Yes', 'emi-1'],
    )
    assert.equal(request['NetworkInterface.1.NetworkInterfaceId'], 'eni-12345678')
    assert.equal(request['NetworkInterface.1.DeviceIndex'], '1')
    assert.equal(request['NetworkInterface.2.DeviceIndex'], '0')
    assert.equal(request['NetworkInterface.2.SubnetId'], 'subnet-1')
    assert.equal(request['NetworkInterface.2.SecurityGroupId.1'], 'sg-1')
    assert.equal(request['NetworkInterface.2.AssociatePublicIpAddress'], 'true')
    assert.equal(request['NetworkInterface.2.PrivateIpAddresses.1.PrivateIpAddress'], '10.0.0.4')
    assert.equal(request['NetworkInterface.2.PrivateIpAddresses.1.Primary'], 'true')
    assert.equal(request['NetworkInterface.2.PrivateIpAddresses.2.PrivateIpAddress'], '10.0.0.5')
    assert.equal(request.SecurityGroup, undefined)
  })

  it('ignores private addresses outside a VPC', async () => {
    const request = await sent('--private-ip-address', '10.0.0.4', 'emi-1')
    assert.deepEqual(Object.keys(request).sort(), ['Action', 'ImageId', 'MaxCount', 'MinCount'])
  })

  it('refuses group names in a VPC', async () => {
    assert.match(await refused('-s', 'subnet-1', '-g', 'web', 'emi-1'), /by ID, not by name: web$/)
  })

  it('sends every other option under its own name', async () => {
    const request = await sent(
      ...['-k', 'mine', '-t', 'm1.small', '-z', 'PARTI00', '--kernel', 'eki-1', '--ramdisk', 'eri-1', '-m'],
      ...[
        '--disable-api-termination',
        '--instance-initiated-shutdown-behavior',
        'stop',
        '--placement-group',
        'pg',
      ],
      ...['--tenancy', 'dedicated', '--client-token', 'once', '-p', 'arn:aws:iam::1:x', '--ebs-optimized'],
      ...[
        '-b',
        '/dev/sdb=ephemeral0',
        '-b',
        '/dev/sdc=snap-1:8:FALSE:io1:100',
        '-b',
        '/dev/sdd=none',
        'emi-1',
      ],
    )
    const expected = {
      KeyName: 'mine',
      InstanceType: 'm1.small',
      'Placement.AvailabilityZone': 'PARTI00',
      'Placement.GroupName': 'pg',
      'Placement.Tenancy': 'dedicated',
      KernelId: 'eki-1',
      RamdiskId: 'eri-1',
      'Monitoring.Enabled': 'true',
      DisableApiTermination: 'true',
      InstanceInitiatedShutdownBehavior: 'stop',
      ClientToken: 'once',
      'IamInstanceProfile.Arn': 'arn:aws:iam::1:x',
      EbsOptimized: 'true',
      'BlockDeviceMapping.1.DeviceName': '/dev/sdb',
      'BlockDeviceMapping.1.VirtualName': 'ephemeral0',
      'BlockDeviceMapping.2.Ebs.SnapshotId': 'snap-1',
      'BlockDeviceMapping.2.Ebs.VolumeSize': '8',
      'BlockDeviceMapping.2.Ebs.DeleteOnTermination': 'false',
      'BlockDeviceMapping.2.Ebs.VolumeType': 'io1',
      'BlockDeviceMapping.2.Ebs.Iops': '100',
      'BlockDeviceMapping.3.NoDevice': 'true',
    }
    for (const [name, value] of Object.entries(expected)) assert.equal(request[name], value, name)
  })
})
