// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  blockDeviceMapping,
  duration,
  filesize,
  flexibleBool,
  float,
  hexInt,
  instant,
  int,
  list,
  manifestBlockDeviceMappings,
  quoted,
  tag,
  tagToDelete,
  vpcInterface,
} from '../../src/cli/argument-types'

const refuses = (type: (text: string) => unknown, ...texts: string[]) => {
  for (const text of texts) assert.throws(() => type(text), TypeError, `${text} was taken`)
}

describe('Values of arguments', () => {
  it('are whole numbers with a sign and blanks, or are refused', () => {
    assert.deepEqual([' 12 ', '+3', '-1', '-0'].map(int), [12, 3, -1, 0])
    refuses(int, '', '1.5', '0x10', '1e3', 'one', '99999999999999999999')
  })

  it('are times of UTC, unless they say otherwise', () => {
    const times = [
      ...['2030-02-28', '2030-02-28T01:02', '2030-02-28T01:02:03Z', '2030-02-28T01:02:03.250'],
      ...['2030-02-28T01:02:03+01:00', '2030-02-28T01:02:03-0130', '2028-02-29T23:59:59Z'],
    ]
    assert.deepEqual(
      times.map(text => instant(text).toISOString()),
      [
        ...['2030-02-28T00:00:00.000Z', '2030-02-28T01:02:00.000Z', '2030-02-28T01:02:03.000Z'],
        ...['2030-02-28T01:02:03.250Z', '2030-02-28T00:02:03.000Z', '2030-02-28T02:32:03.000Z'],
        '2028-02-29T23:59:59.000Z',
      ],
    )
    refuses(instant, '', 'noon', '1392466500', '2030-02-28 01:02:03', '2030-2-28', '2030-02-28Z')
    refuses(instant, '2030-02-30T00:00:00Z', '2030-02-29', '2030-13-01', '2030-00-10', '2030-02-28T25:00:00Z')
  })

  it('are seconds to wait', () => {
    assert.equal(duration('600'), 600)
    refuses(duration, '0', '-5', '1.5', 'long')
  })

  it('are decimal numbers', () => {
    assert.deepEqual(['1', '.5', '-2.', '1e3'].map(float), [1, 0.5, -2, 1000])
    refuses(float, '', '.', 'x', 'Infinity')
  })

  it('are sizes in powers of 1024', () => {
    assert.deepEqual(['10', '1k', '2M', '1gb', '1TB'].map(filesize), [10, 1024, 2097152, 2 ** 30, 2 ** 40])
    refuses(filesize, '', 'k', '1.5k', '1x', '-1')
  })

  it('are keys of 32 hexadecimal digits', () => {
    assert.equal(hexInt('Ab'), `${'0'.repeat(30)}ab`)
    refuses(hexInt, '', 'xyz', '1'.repeat(33))
  })

  it('are truths in any spelling', () => {
    assert.deepEqual([' TRUE ', 'y', '1', 'No', 'f', '0'].map(flexibleBool), [
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    refuses(flexibleBool, '', 'maybe', '2')
  })

  it('are lists without empty items', () => {
    assert.deepEqual(list(' a, b,,c '), ['a', 'b', 'c'])
    assert.deepEqual(manifestBlockDeviceMappings('ami=sda1, root = /dev/sda1,'), {
      ami: 'sda1',
      root: '/dev/sda1',
    })
    refuses(manifestBlockDeviceMappings, 'ami', 'a=b=c')
  })

  it('are block devices', () => {
    assert.deepEqual(blockDeviceMapping('sda=none'), { DeviceName: 'sda', NoDevice: 'true' })
    assert.deepEqual(blockDeviceMapping('sdb=ephemeral0'), { DeviceName: 'sdb', VirtualName: 'ephemeral0' })
    assert.deepEqual(blockDeviceMapping('sdc=:10'), { DeviceName: 'sdc', Ebs: { VolumeSize: 10 } })
    assert.deepEqual(blockDeviceMapping('sdc=snap-1'), { DeviceName: 'sdc', Ebs: { SnapshotId: 'snap-1' } })
    assert.deepEqual(blockDeviceMapping('sdc=vol-1:::gp2'), {
      DeviceName: 'sdc',
      Ebs: { SnapshotId: 'vol-1', VolumeType: 'gp2' },
    })
    assert.deepEqual(blockDeviceMapping('sdc=snap-1:2:TRUE:io1:100'), {
      DeviceName: 'sdc',
      Ebs: { SnapshotId: 'snap-1', VolumeSize: 2, DeleteOnTermination: true, VolumeType: 'io1', Iops: 100 },
    })
    refuses(blockDeviceMapping, 'sdc', 'a=b=c', 'sdc=', '=none', 'sdc=what', 'sdc=:', 'sdc=:::::1', 'sdc=:x')
    refuses(blockDeviceMapping, 'sdc=:1:perhaps', 'sdc=:1::standard:100')
  })

  it('are tags, whose missing value means one thing for making and another for deleting', () => {
    assert.deepEqual(tag('a=b=c'), { Key: 'a', Value: 'b=c' })
    assert.deepEqual(tag('a'), { Key: 'a', Value: '' })
    assert.deepEqual(tagToDelete('a'), { Key: 'a' })
    assert.deepEqual(tagToDelete('a='), { Key: 'a', Value: '' })
    refuses(tag, '', '=x')
  })

  it('are network interfaces', () => {
    assert.deepEqual(vpcInterface(':0'), { DeviceIndex: 0 })
    assert.deepEqual(vpcInterface('eni-12345678:1:subnet-1:text:10.0.0.1:sg-1,sg-2:true::10.0.0.2'), {
      NetworkInterfaceId: 'eni-12345678',
      DeviceIndex: 1,
      SubnetId: 'subnet-1',
      Description: 'text',
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.1', Primary: true }, { PrivateIpAddress: '10.0.0.2' }],
      Groups: ['sg-1', 'sg-2'],
      DeleteOnTermination: true,
    })
    refuses(vpcInterface, 'eni-12345678', ':x', 'eni-1:0', ':0:net', ':0::::web', ':0:::::yes', ':0::::::x')
    refuses(vpcInterface, ':0::::::2:10.0.0.2', ':0::::::::a:b')
  })

  it('are quoted as Python quotes them', () => {
    assert.deepEqual(['a', "it's", `it's "it"`, 'a\n'].map(quoted), [
      "'a'",
      `"it's"`,
      `'it\\'s "it"'`,
      "'a\\n'",
    ])
  })
})
