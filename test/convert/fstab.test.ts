// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { crc32c, crcStart } from '../../src/convert/ext/crc32c'
import { fitted, withoutEphemeral } from '../../src/convert/fstab'

const lines = (text: string) => withoutEphemeral(text).lines.length

describe('the text of /etc/fstab', () => {
  it('loses the lines that mount ephemeral disks, which stay as comments', () => {
    const text = '/dev/sda1 / ext3\n  /dev/sda2\t/mnt ext3\nLABEL=x /media/ephemeral0 auto\n'
    assert.deepEqual(withoutEphemeral(text), {
      text: '/dev/sda1 / ext3\n#  /dev/sda2\t/mnt ext3\n#LABEL=x /media/ephemeral0 auto\n',
      lines: ['  /dev/sda2\t/mnt ext3', 'LABEL=x /media/ephemeral0 auto'],
    })
  })

  it('knows disks of this machine by all their names', () => {
    for (const device of [
      '/dev/sdb',
      '/dev/xvdb',
      '/dev/disk/cloud/azure_resource-part1',
      'LABEL=e',
      'UUID=1',
    ])
      assert.equal(lines(`${device} /mnt auto defaults,nofail,comment=cloudconfig 0 2`), 1, device)
    for (const place of ['/mnt/', '/mnt/ephemeral0', '/media/ephemeral1'])
      assert.equal(lines(`/dev/sdb ${place} auto`), 1, place)
  })

  it('keeps what is mounted there from elsewhere, and what is mounted below', () => {
    for (const line of [
      'server:/export /mnt nfs',
      '//server/share /mnt cifs',
      'tmpfs /mnt tmpfs',
      '/home /mnt none bind',
      '/dev/sdf /mnt/data ext4',
      '/dev/sdf /mnt2 ext4',
      '# /dev/sda2 /mnt ext3',
      '/dev/sda2',
      '',
    ])
      assert.equal(lines(line), 0, line)
  })

  it('is shortened by what changes least, and keeps its entries', () => {
    const text = '# a comment\n\n/dev/sda1   /   ext3   defaults 0 1\n/dev/sda2 /mnt ext3\n'
    const edited = withoutEphemeral(text)
    const upTo = (most: number) => fitted(edited, { least: 1, most })
    assert.equal(upTo(1000), edited.text)
    assert.equal(upTo(69), '# a comment\n\n/dev/sda1 / ext3 defaults 0 1\n#/dev/sda2 /mnt ext3\n')
    assert.equal(upTo(63), '# a comment\n/dev/sda1 / ext3 defaults 0 1\n#/dev/sda2 /mnt ext3\n')
    assert.equal(upTo(55), '/dev/sda1 / ext3 defaults 0 1\n#/dev/sda2 /mnt ext3\n')
    assert.equal(upTo(40), '/dev/sda1 / ext3 defaults 0 1\n')
    assert.equal(upTo(20), undefined)
  })

  it('is never shorter than its blocks allow', () => {
    assert.equal(fitted({ text: 'a\n', lines: [] }, { least: 5, most: 9 }), 'a\n\n\n\n')
  })
})

describe('CRC-32C', () => {
  it('gives the value that its inventors give', () => {
    // RFC 3720, appendix B.4, without the inversion of the result.
    assert.equal((crc32c(crcStart, Buffer.from('123456789')) ^ 0xffff_ffff) >>> 0, 0xe3069283)
    assert.equal((crc32c(crcStart, Buffer.alloc(32)) ^ 0xffff_ffff) >>> 0, 0x8a9136aa)
  })
})
