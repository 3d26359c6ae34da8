// SPDX-License-Identifier: BSD-2-Clause
// The package as somebody installs it: what `npm pack` packs, installed below an empty prefix, gives all tools, and they run.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { progOf } from '../../src/cli/find'
import { commandIds } from '../../src/cli/shelf'
import { type Workplace, workplace } from '../support/built'

const root = resolve(__dirname, '../..')

// Another Node to run the tools with, such as the current release: MALLEE_TEST_NODE=/path/to/node.
const node = process.env.MALLEE_TEST_NODE ?? process.execPath

describe('The package', () => {
  let place: Workplace
  let folder: string
  let env: Record<string, string>
  before(() => {
    place = workplace()
    folder = mkdtempSync(join(tmpdir(), 'mallee-package-'))
    const source = join(folder, 'source')
    // What was built is beside the tools' links; nothing of the checkout is touched.
    cpSync(join(place.tools, '../package'), source, {
      recursive: true,
      filter: file => !file.endsWith('/node_modules'),
    })
    for (const name of ['CHANGELOG.md', 'LICENSE', 'README.md', 'examples'])
      cpSync(join(root, name), join(source, name), { recursive: true })
    mkdirSync(join(folder, 'prefix'))
    const npm = (...words: string[]): string =>
      execFileSync('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: source,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    npm('pack', '--ignore-scripts', '--pack-destination', folder)
    const [archive = ''] = readdirSync(folder).filter(name => name.endsWith('.tgz'))
    // Nothing needs to be compiled: the parts that are native come ready.
    npm(
      'install',
      '-g',
      '--ignore-scripts',
      '--prefer-offline',
      '--prefix',
      join(folder, 'prefix'),
      join(folder, archive),
    )
    env = {
      PATH: [join(folder, 'prefix/bin'), dirname(node), '/usr/bin', '/bin'].join(delimiter),
      HOME: folder,
      MALLEE_HOME: join(folder, 'cloud'),
    }
  })
  after(async () => {
    await place.close()
    // A worker that a tool left behind may still be leaving.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  })

  const line = (typed: string) => {
    const [tool = '', ...words] = typed.split(' ')
    const { status, stdout, stderr } = spawnSync(node, [join(folder, 'prefix/bin', tool), ...words], {
      env,
      cwd: folder,
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }

  it('has a link for every tool, and no other', () => {
    const tools = commandIds()
      .map(progOf)
      .filter(name => !name.startsWith('mallee '))
    assert.deepEqual(readdirSync(join(folder, 'prefix/bin')).sort(), ['mallee', ...tools].sort())
  })

  it('has what belongs to it, and nothing of its making', () => {
    const installed = join(folder, 'prefix/lib/node_modules/mallee')
    const names = readdirSync(installed).sort()
    for (const name of ['LICENSE', 'README.md', 'bin', 'catalog', 'dist', 'examples', 'oclif.manifest.json'])
      assert.ok(names.includes(name), name)
    for (const name of ['src', 'test', 'docs', 'scripts']) assert.ok(!names.includes(name), name)
    assert.ok(readdirSync(join(installed, 'dist')).includes('THIRD-PARTY.txt'))
  })

  it('has tools that run, in one cloud', () => {
    const lines: readonly (readonly [typed: string, printed: RegExp])[] = [
      ['euca-describe-availability-zones', /^AVAILABILITYZONE\tPARTI00\tavailable/],
      ['euca-create-keypair -f key.pem key', /^KEYPAIR\tkey\t/],
      ['euca-create-group -d tried tried', /^GROUP\tsg-[0-9a-f]{8}\ttried\ttried\n$/],
      ['eustore-describe-images', /^4286857429\t/],
      ['eustore-install-image -i 4286857429 -b tiny', /^Installed new image emi-[0-9A-F]{8}\n$/],
      ['euca-describe-images', /IMAGE\temi-/],
      ['euare-usercreate -v alice', /alice/],
      ['euscale-describe-process-types', /Launch/],
      ['euwatch-list-metrics', /^/],
      ['eulb-describe-lb-policy-types', /POLICY_TYPE/],
      ['euform-list-stacks', /^$/],
      ['mallee status', /^HOME\t/],
    ]
    for (const [typed, printed] of lines) {
      const { status, stdout, stderr } = line(typed)
      assert.deepEqual([status, stderr], [0, ''], typed)
      assert.match(stdout, printed, typed)
    }
    assert.match(line('euca-version').stderr, /^euca2ools 3\.4\.1/)
    assert.equal(line('euca-describe-instances --no-such-option').status, 2)
    assert.match(line('mallee help euca').stdout, /describe-images/)
    assert.match(line('mallee help').stdout, /\n {2}mallee help euca-create-route /)
    assert.equal(
      line('mallee help route table asso').stdout.replace(/ +/g, ' '),
      [
        'euca-associate-route-table Associate a VPC route table with a subnet',
        'euca-disassociate-route-table Remove a VPC subnet from a route table',
        'euca-replace-route-table-association Have a VPC subnet use another route table',
        '',
      ].join('\n'),
    )
    assert.deepEqual([line('mallee route').status, line('mallee help elephant').status], [2, 2])
  })
})
