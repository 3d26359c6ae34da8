// SPDX-License-Identifier: BSD-2-Clause
// What the tools of volumes, snapshots and stopped instances print of an answer, field by field.
import assert from 'node:assert/strict'
import { printed } from './recorder'

const attachment =
  '<volumeId>vol-1</volumeId><instanceId>i-1</instanceId><device>/dev/sdf</device><status>attaching</status><attachTime>2014-01-01T00:00:00.000Z</attachTime>'
const volume =
  '<volumeId>vol-1</volumeId><size>5</size><snapshotId/><availabilityZone>z</availabilityZone><status>in-use</status><createTime>2014-01-01T00:00:00Z</createTime>'
const snapshot =
  '<snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId><status>pending</status><startTime>2014-01-01T00:00:00Z</startTime><progress>0%</progress><ownerId>12</ownerId><volumeSize>5</volumeSize><description>text</description>'

describe('Tools of volumes', () => {
  it('print what attaching and detaching answered', async () => {
    const line = 'ATTACHMENT\tvol-1\ti-1\t/dev/sdf\tattaching\t2014-01-01T00:00:00.000Z'
    for (const typed of ['euca-attach-volume -i i-1 -d /dev/sdf vol-1', 'euca-detach-volume vol-1']) {
      assert.deepEqual(await printed(typed, attachment), [line])
    }
  })

  it('print a new volume without its type', async () => {
    const typed = 'euca-create-volume -z z -s 5'
    assert.deepEqual(await printed(typed, `${volume}<volumeType>io1</volumeType><iops>9</iops>`), [
      'VOLUME\tvol-1\t5\t\tz\tin-use\t2014-01-01T00:00:00Z',
    ])
  })

  it('print volumes with their type, or the standard one, attachments and tags', async () => {
    const answer = `<volumeSet><item>${volume}<attachmentSet><item>${attachment}</item></attachmentSet><tagSet><item><key>k</key><value>v</value></item></tagSet></item><item><volumeId>vol-2</volumeId><volumeType>io1</volumeType><iops>100</iops></item></volumeSet>`
    assert.deepEqual(await printed('euca-describe-volumes', answer), [
      'VOLUME\tvol-1\t5\t\tz\tin-use\t2014-01-01T00:00:00Z\tstandard\t',
      'ATTACHMENT\tvol-1\ti-1\t/dev/sdf\tattaching\t2014-01-01T00:00:00.000Z',
      'TAG\tvolume\tvol-1\tk\tv',
      'VOLUME\tvol-2\t\t\t\t\t\tio1\t100',
    ])
  })

  it('repeat the ID of what is deleted', async () => {
    assert.deepEqual(await printed('euca-delete-volume vol-1', '<return>true</return>'), ['VOLUME\tvol-1'])
    assert.deepEqual(await printed('euca-delete-snapshot snap-1', '<return>false</return>'), [
      'SNAPSHOT\tsnap-1',
    ])
  })
})

describe('Tools of snapshots', () => {
  it('print a new snapshot without its progress', async () => {
    assert.deepEqual(await printed('euca-create-snapshot vol-1', snapshot), [
      'SNAPSHOT\tsnap-1\tvol-1\tpending\t2014-01-01T00:00:00Z\t12\t5\ttext',
    ])
  })

  it('print own snapshots, then restorable ones, and one that is both once', async () => {
    const answer = `<snapshotSet><item>${snapshot}<tagSet><item><key>k</key></item></tagSet></item></snapshotSet>`
    const lines = [
      'SNAPSHOT\tsnap-1\tvol-1\tpending\t2014-01-01T00:00:00Z\t0%\t12\t5\ttext',
      'TAG\tsnapshot\tsnap-1\tk\t',
    ]
    assert.deepEqual(await printed('euca-describe-snapshots', answer), lines)
    assert.deepEqual(await printed('euca-describe-snapshots -a', answer), lines)
  })

  it('print permissions and product codes', async () => {
    const answer =
      '<snapshotId>snap-1</snapshotId><createVolumePermission><item><group>all</group></item><item><userId>12</userId></item></createVolumePermission><productCodes><item><productCode>abc</productCode></item><item><productCode>def</productCode><type>devpay</type></item></productCodes>'
    assert.deepEqual(await printed('euca-describe-snapshot-attribute -c snap-1', answer), [
      'createVolumePermission\tsnap-1\tgroup\tall',
      'createVolumePermission\tsnap-1\tuserId\t12',
      'productCodes\tsnap-1\tproductCode\tabc',
      'productCodes\tsnap-1\tproductCode\t[devpay: def]',
    ])
  })

  it('print changes of permissions as they were asked for', async () => {
    const typed = 'euca-modify-snapshot-attribute -c -r all -a 12 -a 34 snap-1'
    assert.deepEqual(await printed(typed, '<return>true</return>'), [
      'createVolumePermission\tsnap-1\tADD\tUserId\t12',
      'createVolumePermission\tsnap-1\tADD\tUserId\t34',
      'createVolumePermission\tsnap-1\tREMOVE\tGroup\tall',
    ])
    assert.deepEqual(await printed('euca-reset-snapshot-attribute -c snap-1', '<return>true</return>'), [
      'createVolumePermission\tsnap-1\tRESET',
    ])
  })
})

describe('Tools of images and instances that boot from volumes', () => {
  it('print the new image', async () => {
    const answer = '<imageId>emi-1</imageId>'
    assert.deepEqual(await printed('euca-create-image -n x i-1', answer), ['IMAGE\temi-1'])
    assert.deepEqual(await printed('euca-copy-image -r there -s emi-2', answer), ['IMAGE\temi-1'])
  })

  it('print the states before and after', async () => {
    const answer =
      '<instancesSet><item><instanceId>i-1</instanceId><currentState><code>0</code><name>pending</name></currentState><previousState><code>80</code><name>stopped</name></previousState></item></instancesSet>'
    for (const tool of ['euca-start-instances', 'euca-stop-instances']) {
      assert.deepEqual(await printed(`${tool} i-1`, answer), ['INSTANCE\ti-1\tstopped\tpending'])
    }
  })

  const attribute = async (option: string, answer: string): Promise<string[]> =>
    printed(`euca-describe-instance-attribute ${option} i-1`, `<instanceId>i-1</instanceId>${answer}`)

  it('print an attribute that is one value', async () => {
    const cases = [
      ['--disable-api-termination', 'disableApiTermination', 'true'],
      ['--ebs-optimized', 'ebsOptimized', 'false'],
      ['--instance-initiated-shutdown-behavior', 'instanceInitiatedShutdownBehavior', 'stop'],
      ['-t', 'instanceType', 'm1.small'],
      ['--kernel', 'kernel', 'eki-1'],
      ['--ramdisk', 'ramdisk', 'eri-1'],
      ['--root-device-name', 'rootDeviceName', '/dev/sda'],
      ['--source-dest-check', 'sourceDestCheck', 'true'],
    ] as const
    for (const [option, name, value] of cases) {
      assert.deepEqual(await attribute(option, `<${name}><value>${value}</value></${name}>`), [
        `${name}\ti-1\t${value}`,
      ])
      assert.deepEqual(await attribute(option, ''), [`${name}\ti-1\t`])
    }
  })

  it('print an attribute that is a list', async () => {
    const device =
      '<item><deviceName>/dev/sda</deviceName><ebs><volumeId>vol-1</volumeId><status>attached</status><attachTime>2014-01-01T00:00:00Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item>'
    assert.deepEqual(
      await attribute('-b', `<blockDeviceMapping>${device}${device}</blockDeviceMapping>`),
      Array(2).fill('BLOCKDEVICE\t/dev/sda\tvol-1\t2014-01-01T00:00:00Z\ttrue'),
    )
    assert.deepEqual(await attribute('-b', '<blockDeviceMapping/>'), [])
    const groups =
      '<item><groupId>sg-1</groupId><groupName>web</groupName></item><item><groupName>b</groupName></item>'
    assert.deepEqual(await attribute('-g', `<groupSet>${groups}</groupSet>`), ['groupSet\ti-1\tsg-1, b'])
    const codes = '<item><productCode>a</productCode></item><item><productCode>b</productCode></item>'
    assert.deepEqual(await attribute('-p', `<productCodes>${codes}</productCodes>`), [
      'productCodes\ti-1\ta, b',
    ])
    assert.deepEqual(await attribute('-p', ''), ['productCodes\ti-1\t'])
  })

  it('print user data decoded, on lines of its own', async () => {
    const data = Buffer.from('#!/bin/sh\necho café').toString('base64')
    assert.deepEqual(await attribute('--user-data', `<userData><value>${data}</value></userData>`), [
      'userData\ti-1',
      '#!/bin/sh',
      'echo café',
    ])
    for (const none of ['', '<userData/>', '<userData><value/></userData>']) {
      assert.deepEqual(await attribute('--user-data', none), ['userData\ti-1\t'])
    }
  })

  it('print nothing when an attribute was changed', async () => {
    const done = '<return>true</return>'
    assert.deepEqual(await printed('euca-modify-instance-attribute -t m1.large i-1', done), [])
    assert.deepEqual(await printed('euca-reset-instance-attribute --kernel i-1', done), [])
  })
})
