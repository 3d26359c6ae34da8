// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { builtInCatalog } from '../../src/catalog/address'
import { type Catalog, readCatalog } from '../../src/catalog/catalog'
import { fetchImage } from '../../src/catalog/fetch-image'
import { unpackTarball } from '../../src/catalog/unpack'

const builtIn = builtInCatalog(join(__dirname, '..', '..'))

describe('catalog: the built-in images', () => {
  let catalog: Catalog
  let directory: string
  before(async () => {
    catalog = await readCatalog({ builtIn })
    directory = mkdtempSync(join(tmpdir(), 'mallee-test-'))
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('begin with one that installs without naming a hypervisor', () => {
    assert.equal(catalog.images[0]?.singleKernel, true)
    assert.ok(catalog.images.some(image => !image.singleKernel))
  })

  it('are all that the folder holds, and small', () => {
    const tarballs = readdirSync(builtIn).filter(file => file.endsWith('.tgz'))
    assert.deepEqual(tarballs.sort(), catalog.images.map(image => image.entry.url).sort())
    const bytes = tarballs.reduce((sum, file) => sum + statSync(join(builtIn, file)).size, 0)
    assert.ok(bytes < 300 * 1024, `${bytes} bytes`)
  })

  it('have the checksums that name them, and hold a kernel, a ramdisk and an ext4 root for each hypervisor', async () => {
    const prefixes = new Set<string>()
    for (const image of catalog.images) {
      const tarball = await fetchImage(image, directory)
      for (const hypervisor of image.singleKernel ? (['universal'] as const) : (['kvm', 'xen'] as const)) {
        const files = await unpackTarball(tarball, directory, { hypervisor })
        const kernel = readFileSync(files.kernel ?? '')
        assert.equal(kernel.toString('latin1', 0x202, 0x206), 'HdrS', 'a kernel that boot loaders recognise')
        const ramdisk = gunzipSync(readFileSync(files.ramdisk ?? ''))
        assert.equal(ramdisk.toString('latin1', 0, 6), '070701')
        const root = readFileSync(files.image)
        assert.equal(root.readUInt16LE(1024 + 56), 0xef53, 'an ext4 super block')
        assert.equal(root.readUInt32LE(1024 + 4) * 1024, root.length)
        assert.ok(root.includes('/dev/sda1 / ext4'), '/etc/fstab')
        for (const file of [files.kernel ?? '', files.ramdisk ?? '']) {
          assert.ok(!prefixes.has(basename(file)), 'several images fit in one bucket')
          prefixes.add(basename(file))
        }
      }
    }
  })
})
