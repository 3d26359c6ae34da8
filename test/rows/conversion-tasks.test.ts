// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { conversionTaskRows } from '../../src/rows/conversion-tasks'

const lines = (...given: Parameters<typeof conversionTaskRows>): string[] =>
  conversionTaskRows(...given).map(row => (row as string[]).join(' '))

describe('A conversion task', () => {
  it('prints a pair for each value that there is, zero among them', () => {
    const task = {
      ConversionTaskId: 'import-vol-1',
      ExpirationTime: 'Sun Feb 23 12:13:16 UTC 2014',
      State: 'active' as const,
      StatusMessage: 'Pending conversion',
      ImportVolume: {
        AvailabilityZone: 'PARTI00',
        BytesConverted: 0,
        Description: 'text',
        Image: { Format: 'RAW' as const, Size: 5, ImportManifestUrl: 'http://h/b/k' },
        Volume: { Id: 'vol-1', Size: 1 },
      },
    }
    assert.deepEqual(lines(task), [
      'TaskType IMPORTVOLUME TaskId import-vol-1 ExpirationTime Sun Feb 23 12:13:16 UTC 2014 Status active ' +
        'StatusMessage Pending conversion',
      'DISKIMAGE DiskImageFormat RAW DiskImageSize 5 VolumeId vol-1 VolumeSize 1 AvailabilityZone PARTI00 ' +
        'ApproximateBytesConverted 0',
    ])
  })

  it('of an instance prints a line for each disk, with its own status', () => {
    const disk = { Image: { Format: 'VMDK' as const, Size: 5, ImportManifestUrl: '' }, Volume: { Size: 1 } }
    const status = { Status: 'cancelled', StatusMessage: 'failed (internal server error)' }
    const task = {
      ConversionTaskId: 'import-i-1',
      ImportInstance: { InstanceId: 'i-1', Volumes: [disk, { ...disk, ...status }] },
    }
    assert.deepEqual(lines(task), [
      'TaskType IMPORTINSTANCE TaskId import-i-1 InstanceID i-1',
      'DISKIMAGE DiskImageFormat VMDK DiskImageSize 5 VolumeSize 1',
      'DISKIMAGE DiskImageFormat VMDK DiskImageSize 5 VolumeSize 1 Status cancelled ' +
        'StatusMessage failed (internal server error)',
    ])
  })

  it('takes an empty element for none, and prints nothing where there is no task', () => {
    assert.deepEqual(lines({ ConversionTaskId: 'import-vol-1', ImportVolume: {}, StatusMessage: '' }), [
      'TaskId import-vol-1',
    ])
    assert.deepEqual(lines(undefined), [])
  })
})
