// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { packName, parseImageMetadata } from '../../src/packs/metadata'
import { planPackInstall } from '../../src/packs/plan-install'

const text = `
name: fedora
version: 20
release: 1
arch: x86_64
description: "A small Fedora  \\n"
profiles:
  default:
    bundle:
      arch: i386
    register:
      arch: i386
      block-device-mappings:
        /dev/sdb: ephemeral0
        /dev/sdc: none
        /dev/sdd: { snapshot-id: snap-1, volume-size: 10, delete-on-termination: yes }
      description: Another text
      platform: windows
      virtualization-type: hvm
    tag:
      color: red
      yes: no
    provides: [anything, at all]
  plain:
    bundle:
  broken: {}
`
const parse = (yaml: string) => parseImageMetadata(yaml, 'md.yml')
const refuses = (yaml: string, message: RegExp) =>
  assert.rejects(parse(yaml), { name: 'PackError', code: 'BadMetadata', message })
const now = new Date('2014-03-09T07:05:59.900Z')

describe('packs/metadata', () => {
  it('is read with its profiles', async () => {
    const metadata = await parse(text)
    assert.equal(packName(metadata), 'fedora-20-1.x86_64')
    assert.equal(metadata.description, 'A small Fedora')
    assert.deepEqual([...metadata.profiles.keys()], ['default', 'plain', 'broken'])
  })

  it('makes the calls that install a profile', async () => {
    const metadata = await parse(text)
    assert.deepEqual(planPackInstall(metadata, { now, kernelId: 'eki-1', ramdiskId: 'eri-1' }), {
      bundle: { prefix: 'fedora-20-1.x86_64', type: 'machine', arch: 'i386' },
      register: {
        Name: 'fedora-20-1.x86_64-2014-03-09-07-05-1394348759',
        Architecture: 'i386',
        Description: 'Another text',
        KernelId: 'eki-1',
        RamdiskId: 'eri-1',
        VirtualizationType: 'hvm',
        Platform: 'windows',
      },
      tags: [
        { Key: 'color', Value: 'red' },
        { Key: 'yes', Value: 'no' },
        { Key: 'euimage:name', Value: 'fedora' },
        { Key: 'euimage:version', Value: '20' },
        { Key: 'euimage:release', Value: '1' },
        { Key: 'euimage:profile', Value: 'default' },
      ],
    })
    assert.deepEqual(planPackInstall(metadata, { now, profile: 'plain' }).register, {
      Name: 'fedora-20-1.x86_64-2014-03-09-07-05-1394348759',
      Architecture: 'x86_64',
      Description: 'A small Fedora',
    })
  })

  it('refuses a profile that is not there, naming those that are, and one without a bundle section', async () => {
    const metadata = await parse(text)
    assert.throws(() => planPackInstall(metadata, { now, profile: 'constructor' }), {
      code: 'NoSuchProfile',
      message: "no such profile: 'constructor' (available profiles: broken, default, plain)",
    })
    assert.throws(() => planPackInstall(metadata, { now, profile: 'broken' }), {
      code: 'BadMetadata',
      message: /'bundle'/,
    })
  })

  it('refuses unknown keys at every level, epoch among them', async () => {
    await refuses(`${text}epoch: 1\n`, /md\.yml has the unknown key 'epoch'/)
    await refuses(text.replace('    tag:', '    tags:'), /profile 'default' has the unknown key 'tags'/)
    await refuses(
      text.replace('arch: i386\n    reg', 'kernel: x\n    reg'),
      /'bundle' of profile 'default' has the unknown key 'kernel'/,
    )
    await refuses(
      text.replace('platform: windows', 'kernel: x'),
      /'register' of profile 'default' has the unknown key 'kernel'/,
    )
    await refuses(text.replace('volume-size: 10', 'iops: 10'), /unknown key 'iops'/)
  })

  it('requires every key, with something in it', async () => {
    for (const key of ['name', 'version', 'release', 'arch', 'description']) {
      const line = new RegExp(`^${key}: .*$`, 'm')
      await refuses(text.replace(line, ''), new RegExp(`lacks the key '${key}'`))
      await refuses(text.replace(line, `${key}: ""`), new RegExp(`lacks the key '${key}'`))
      await refuses(text.replace(line, `${key}: [a]`), new RegExp(`'${key}' of md\\.yml is not text`))
    }
    const head = text.slice(0, text.indexOf('profiles:'))
    await refuses(head, /at least one profile/)
    await refuses(`${head}profiles: {}`, /at least one profile/)
    await refuses(`${head}profiles: [default]`, /'profiles' of md\.yml is not a map/)
    await refuses(`${head}profiles: { default: x }`, /'default' of profiles is not a map/)
    await refuses(
      `${head}profiles: { default: { bundle: [] } }`,
      /'bundle' of profile 'default' is not a map/,
    )
  })

  it('refuses block device mappings that mean nothing', async () => {
    await refuses(text.replace('ephemeral0', 'ephemeral'), /\/dev\/sdb must be 'none', 'ephemeralN' or a map/)
    await refuses(text.replace('ephemeral0', '[none]'), /\/dev\/sdb must be/)
    await refuses(text.replace('volume-size: 10', 'volume-size: big'), /volume-size must be a number/)
    await refuses(
      text.replace('delete-on-termination: yes', 'delete-on-termination: 7'),
      /must be true or false/,
    )
  })

  it('refuses names that would lead elsewhere', async () => {
    for (const name of ['../fedora', 'a/b', '.hidden', 'two words', 'x'.repeat(200)])
      await refuses(text.replace('name: fedora', `name: ${name}`), /'name' of md\.yml is malformed/)
  })

  it('refuses what is not YAML, not a map, or a bomb', async () => {
    await refuses('a: [b', /md\.yml is not valid YAML: /)
    await refuses('just text', /md\.yml does not hold a map/)
    await refuses('', /md\.yml does not hold a map/)
    await refuses('name: a\nname: b', /not valid YAML/)
    const bomb = `a0: &a0 [${'x, '.repeat(50)}]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(50)}]`).join('\n')}`
    await refuses(bomb, /not valid YAML: Excessive alias count/)
  })
})
