// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ephemeralMappings } from '../../src/convert/mappings'

const manifest = [
  { virtual: 'ami', device: 'sda1' },
  { virtual: 'ephemeral0', device: 'sda2' },
  { virtual: 'swap', device: 'sda3' },
]

describe('ephemeral disks of a converted image', () => {
  it('are those that it was registered with, else those of its manifest', () => {
    const registered = [
      { DeviceName: '/dev/sdc', VirtualName: 'ephemeral0' },
      { DeviceName: '/dev/sdd', NoDevice: '' },
    ]
    assert.deepEqual(ephemeralMappings(registered, manifest, '/dev/sda'), [
      { DeviceName: '/dev/sdc', VirtualName: 'ephemeral0' },
    ])
    assert.deepEqual(ephemeralMappings([], manifest, '/dev/sda1'), [
      { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
    ])
    assert.deepEqual(ephemeralMappings(undefined, [], '/dev/sda1'), [])
  })

  it('are disks of their own, each with a name that is free', () => {
    const several = [
      { virtual: 'ephemeral0', device: 'xvda2' },
      { virtual: 'ephemeral1', device: 'xvdb' },
      { virtual: 'ephemeral2', device: '/dev/xvda3' },
    ]
    assert.deepEqual(ephemeralMappings(undefined, several, '/dev/xvda1'), [
      { DeviceName: '/dev/xvdc', VirtualName: 'ephemeral0' },
      { DeviceName: '/dev/xvdb', VirtualName: 'ephemeral1' },
      { DeviceName: '/dev/xvdd', VirtualName: 'ephemeral2' },
    ])
  })
})
