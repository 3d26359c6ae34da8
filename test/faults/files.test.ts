// SPDX-License-Identifier: BSD-2-Clause
// Files that are missing, unreadable or of the wrong kind: one line that names the file as it was typed, exit 1, and
// nothing made.
import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cli/process'
import { type Outcome, type Workplace, workplace } from '../support/built'
import { type Cloud, cloud } from '../support/cloud'

const hex = '00112233445566778899aabbccddeeff'

describe('a file that is missing or of the wrong kind', () => {
  let stage: Cloud
  let cwd: string
  before(async () => {
    stage = await cloud()
    cwd = mkdtempSync(join(tmpdir(), 'mallee-files-'))
    mkdirSync(join(cwd, 'folder'))
    mkdirSync(join(cwd, 'out'))
    writeFileSync(join(cwd, 'image'), Buffer.alloc(5000, 7))
    writeFileSync(join(cwd, 'noise'), Buffer.from('fffefdfc00010203', 'hex'))
    writeFileSync(join(cwd, 'entity.xml'), '<!DOCTYPE m [<!ENTITY a "b">]><manifest>&a;</manifest>')
    cpSync(join(stage.home, 'credentials/cloud-cert.pem'), join(cwd, 'cert.pem'))
    writeFileSync(join(cwd, 'other.pem'), stage.engine.around.entropy.rsaKey())
    const made = await tool('euca-bundle-image -i image -r x86_64 -d out -p good')
    assert.deepEqual(made, { status: 0, stdout: 'Wrote manifest out/good.manifest.xml\n', stderr: '' })
    const sent = await tool('euca-upload-bundle -b bundles -m out/good.manifest.xml')
    assert.equal(sent.status, 0, sent.stderr)
  })
  after(async () => {
    rmSync(cwd, { recursive: true, force: true })
    await stage.close()
  })
  const tool = async (line: string): Promise<Outcome> => {
    const { status, stdout, stderr } = await run(line.split(' '), {
      cwd,
      home: cwd,
      env: { MALLEE_HOME: stage.home, TMPDIR: join(cwd, 'folder') },
      door: request => stage.engine.handle(request),
      now: () => stage.clock.now(),
    })
    return { status, stdout, stderr }
  }
  const image = 'euca-bundle-image -r x86_64 -i'
  const unbundled = 'euca-unbundle -m out/good.manifest.xml'
  const stream = `euca-unbundle-stream --enc-key ${hex} --enc-iv ${hex}`
  const noFile = (name: string) => `No such file or directory: ${name}`
  const refusals: readonly (readonly [line: string, message: string])[] = [
    [`${image} none`, noFile('none')],
    [`${image} ./folder/../none`, noFile('./folder/../none')],
    [`${image} folder`, 'folder is a directory; an image must be a regular file or a block device'],
    [
      `${image} /dev/null`,
      '/dev/null is a character device; an image must be a regular file or a block device',
    ],
    [`${image} image/x`, 'Not a directory: image/x'],
    [`${image} image -k none.pem`, "private key file 'none.pem' does not exist"],
    [`${image} image -k folder`, "private key file 'folder' is not a file"],
    [`${image} image -k noise`, 'noise is not an unencrypted private key in PEM form'],
    [`${image} image --privatekey=cert.pem`, 'cert.pem is not an unencrypted private key in PEM form'],
    [`${image} image -c none.pem`, "certificate file 'none.pem' does not exist"],
    [`${image} image -cnoise`, 'noise is not an X.509 certificate in PEM form'],
    [`${image} image --ec2cert none.pem`, "cloud certificate file 'none.pem' does not exist"],
    [`${image} image --ec2cert other.pem`, 'other.pem is not an X.509 certificate in PEM form'],
    [`${image} image -d none/deep`, noFile('none/deep')],
    [`${image} image -d noise`, 'Not a directory: noise'],
    ['euca-upload-bundle -b bundles -m none', noFile('none')],
    ['euca-upload-bundle -b bundles -m folder', 'folder is a directory, not a manifest'],
    [
      'euca-upload-bundle -b bundles -m noise',
      'noise: the manifest is not well-formed XML: it is not UTF-8 text',
    ],
    [
      'euca-upload-bundle -b bundles -m entity.xml',
      'entity.xml: the manifest has a document type declaration, which manifests must not have',
    ],
    ['euca-upload-bundle -b bundles -m out/good.manifest.xml -d folder', noFile('folder/good.part.00')],
    ['euca-unbundle -m none', noFile('none')],
    ['euca-unbundle -m folder', 'folder is a directory, not a manifest'],
    ['euca-unbundle -m noise', 'noise: the manifest is not well-formed XML: it is not UTF-8 text'],
    [`${unbundled} -s out -d none`, noFile('none')],
    [`${unbundled} -s out -d image`, 'image is not a directory'],
    [`${unbundled} -s folder -d .`, noFile('folder/good.part.00')],
    [`${unbundled} -s out -k none`, "private key file 'none' does not exist"],
    [`${unbundled} -s out -k noise`, 'noise is not an unencrypted private key in PEM form'],
    [
      `${unbundled} -s out -k other.pem`,
      'the private key does not open this bundle: it was made for another key',
    ],
    [`${stream} -i none`, noFile('none')],
    [`${stream} -i folder`, 'Is a directory: folder'],
    [
      `${stream} -i image -o out/new`,
      'the bundle does not decrypt to a gzip stream: the key is wrong or the data is corrupt',
    ],
    [`${stream} -i image -o none/new`, noFile('none/new')],
    ['euca-download-bundle -b bundles -p good -d none', noFile('none')],
    ['euca-download-bundle -b bundles -p good -d noise', 'noise is not a directory'],
    [
      'euca-download-bundle -b bundles -p none -d out',
      "manifest 'bundles/none.manifest.xml' does not exist on the server",
    ],
    ['euca-download-bundle -b bundles --local-manifest none -d out', noFile('none')],
    ['euca-download-and-unbundle -b bundles -p good -d none/new', noFile('none/new')],
    [
      'euca-download-and-unbundle -b bundles -p good -d out -k none',
      "private key file 'none' does not exist",
    ],
    [
      'euca-download-and-unbundle -b bundles -p good -d out -k other.pem',
      'the private key does not open this bundle: it was made for another key',
    ],
    ['euca-delete-bundle -b bundles --local-manifest none', noFile('none')],
    [
      'euca-delete-bundle -b bundles -p none',
      "manifest 'bundles/none.manifest.xml' does not exist on the server",
    ],
    ['euca-bundle-and-upload-image -b bundles -r x86_64 -i none', noFile('none')],
    [
      'euca-bundle-and-upload-image -b bundles -r x86_64 -i image -k noise',
      'noise is not an unencrypted private key in PEM form',
    ],
    ['euca-install-image -n new -b bundles -r x86_64 -i none', noFile('none')],
    ['euimage-pack-image image none', noFile('none')],
    ['euimage-describe-pack none', noFile('none')],
    ['eustore-install-image -t none -a i386 --hypervisor kvm -b bundles', noFile('none')],
    ['eustore-install-image -t folder -a i386 --hypervisor kvm -b bundles', 'folder is not a regular file'],
    ['euca-import-keypair -f none key', noFile('none')],
    ['euca-fingerprint-key none', noFile('none')],
  ]
  for (const [line, message] of refusals) {
    it(`is told by \`${line.replaceAll(hex, 'HEX')}\``, async () => {
      const prog = line.split(' ')[0]
      assert.deepEqual(await tool(line), {
        status: 1,
        stdout: '',
        stderr: `${prog}: error: ${message}\n`,
      })
    })
  }

  it('leaves nothing behind in any of these cases', () => {
    const expected = ['cert.pem', 'entity.xml', 'folder', 'image', 'noise', 'other.pem', 'out']
    assert.deepEqual(readdirSync(cwd), expected)
    assert.deepEqual(readdirSync(join(cwd, 'folder')), [])
    assert.deepEqual(readdirSync(join(cwd, 'out')), ['good.manifest.xml', 'good.part.00'])
    assert.deepEqual(
      stage.engine.read(tx => tx.buckets.list().map(bucket => bucket.name)),
      ['bundles'],
    )
  })
})

describe('a file that may not be read', () => {
  let place: Workplace
  before(() => {
    place = workplace()
    for (const name of ['image', 'key.pem', 'x.manifest.xml', 'part', 'tarball.tgz']) {
      writeFileSync(join(place.folder, name), 'secret', { mode: 0 })
      chmodSync(join(place.folder, name), 0)
    }
    mkdirSync(join(place.folder, 'shut'), { mode: 0 })
    writeFileSync(join(place.folder, 'mine'), 'an image')
    // Root may read everything; somebody else is needed who may not.
    if (process.getuid?.() === 0) place.open()
  })
  after(() => place.close())
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  for (const [line, name] of [
    ['euca-bundle-image -r x86_64 -i image', 'image'],
    ['euca-bundle-image -r x86_64 -i mine -k key.pem', 'key.pem'],
    ['euca-bundle-image -r x86_64 -i mine -d shut', 'shut'],
    ['euca-unbundle -m x.manifest.xml', 'x.manifest.xml'],
    ['euca-upload-bundle -b bundles -m x.manifest.xml', 'x.manifest.xml'],
    [`euca-unbundle-stream --enc-key ${hex} --enc-iv ${hex} -i part`, 'part'],
    ['eustore-install-image -t tarball.tgz -a i386 --hypervisor kvm -b bundles', 'tarball.tgz'],
  ] as const) {
    it(`is told by \`${line.replaceAll(hex, 'HEX')}\``, async () => {
      const prog = line.split(' ')[0]
      assert.deepEqual(await place.run(line.split(' '), nobody), {
        status: 1,
        stdout: '',
        stderr: `${prog}: error: Permission denied: ${name}\n`,
      })
    })
  }
})
