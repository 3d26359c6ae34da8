// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { folders, tgz } from './make-tar'

const temporary = folders()
afterEach(temporary.dispose)

// A file size limit fails a write in the middle of a file, as a disk does that fills up, and needs no privileges.
const limited = async (code: string, values: string[]): Promise<string> => {
  const script = `ulimit -f 64 && trap '' XFSZ && exec "$0" --require tsx/cjs -e "$@"`
  const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, code, ...values], {
    cwd: resolve(__dirname, '../..'),
    // The loader's own cache would meet the limit too.
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  })
  return stdout
}

const report = `.then(() => console.log('done'), error => console.log(error.code))`

describe('catalog: a disk that fills up', () => {
  it('leaves nothing of a tarball that was being unpacked', async () => {
    const tarball = join(temporary.make(), 'x.tgz')
    const directory = temporary.make()
    writeFileSync(
      tarball,
      tgz([
        { path: 'vmlinuz', data: 'kernel' },
        { path: 'initrd', data: 'ramdisk' },
        { path: 'a.img', data: Buffer.alloc(1024 * 1024, 'x') },
      ]),
    )
    const code = `require('./src/catalog').unpackTarball(process.argv[1], process.argv[2], { hypervisor: 'universal' })${report}`
    assert.equal(await limited(code, [tarball, directory]), 'EFBIG\n')
    assert.deepEqual(readdirSync(directory), [])
  })

  it('leaves nothing of a pack that was being made', async () => {
    const [folder, out] = [temporary.make(), temporary.make()]
    const text =
      'name: a\nversion: 1\nrelease: 1\narch: i386\ndescription: x\nprofiles: {default: {bundle: {}}}\n'
    writeFileSync(join(folder, 'md.yml'), text)
    writeFileSync(join(folder, 'disk.img'), randomBytes(300_000))
    const code = `require('./src/packs').packImage(process.argv[1] + '/disk.img', process.argv[1] + '/md.yml', process.argv[2])${report}`
    assert.equal(await limited(code, [folder, out]), 'EFBIG\n')
    assert.deepEqual(readdirSync(out), [])
  })
})
