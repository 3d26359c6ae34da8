// SPDX-License-Identifier: BSD-2-Clause
// Folders that cannot be the cloud's: of a newer release, a file, another user's, damaged.
import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { type Workplace, workplace } from '../support/built'

const everyTool = [
  'euca-describe-images',
  'euca-create-group -d d g',
  'mallee status',
  'mallee serve --port 0',
  'mallee worker',
  'mallee credentials files',
]
const progOf = (line: string): string =>
  line
    .split(' ')
    .slice(0, line.startsWith('mallee') ? 2 : 1)
    .join(' ')

describe('a folder that is not usable as a cloud', () => {
  let place: Workplace
  before(async () => {
    place = workplace()
    assert.equal((await place.run(['euca-create-group', '-d', 'kept', 'kept'])).status, 0)
  })
  after(() => place.close())

  const refused = async (home: string, message: string, tools: readonly string[], options = {}) => {
    for (const line of tools) {
      const outcome = await place.run(line.split(' '), { ...options, env: { MALLEE_HOME: home } })
      assert.deepEqual(
        outcome,
        { status: 1, stdout: '', stderr: `${progOf(line)}: error: ${message}\n` },
        `${line} in ${home}`,
      )
    }
  }

  it('is one that a newer release wrote, and stays as it was', async () => {
    const home = join(place.folder, 'newer')
    cpSync(place.home, home, { recursive: true })
    const database = open<number, string[]>({ path: join(home, 'records'), noSubdir: false, maxDbs: 1 })
    database.putSync(['~format'], 3)
    await database.close()
    const before = readdirSync(home, { recursive: true })
    await refused(
      home,
      `${home} was written by a newer release (folder format 3, this release knows 2)`,
      everyTool,
    )
    assert.deepEqual(readdirSync(home, { recursive: true }), before)
  })

  it('is a file, or below one', async () => {
    const file = join(place.folder, 'file')
    writeFileSync(file, 'mine')
    await refused(file, `Not a directory: ${file}/records`, ['euca-describe-images', 'mallee serve --port 0'])
    await refused(`${file}/cloud`, `Not a directory: ${file}/cloud/records`, ['euca-describe-images'])
    await refused(file, `Not a directory: ${file}/records/data.mdb`, ['mallee status', 'mallee reset --yes'])
  })

  it('is one that may be read only', async function () {
    if (process.getuid?.() !== 0) this.skip()
    const home = join(place.folder, 'read-only')
    cpSync(place.home, home, { recursive: true })
    place.open()
    for (const name of ['', ...readdirSync(home, { recursive: true, encoding: 'utf8' })]) {
      chmodSync(join(home, name), 0o755)
    }
    const nobody = { uid: 65534, gid: 65534 }
    await refused(home, `Permission denied: ${home}/records`, everyTool, nobody)
    await refused(home, `Permission denied: ${home}/bytes`, ['mallee reset --yes'], nobody)
    chmodSync(home, 0o700)
    await refused(home, `Permission denied: ${home}/records`, ['euca-describe-images'], nobody)
    await refused(
      home,
      `Permission denied: ${home}/records/data.mdb`,
      ['mallee status', 'mallee reset --yes'],
      nobody,
    )
    chmodSync(home, 0o755)
  })

  it('is one that cannot be made', async () => {
    const shut = join(place.folder, 'shut')
    mkdirSync(shut)
    chmodSync(shut, 0o555)
    place.open()
    const options = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    await refused(
      `${shut}/cloud`,
      `Permission denied: ${shut}/cloud/records`,
      ['euca-describe-images'],
      options,
    )
  })

  it('is one whose records were overwritten', async () => {
    const home = join(place.folder, 'damaged')
    cpSync(place.home, home, { recursive: true })
    const file = join(home, 'records/data.mdb')
    writeFileSync(file, Buffer.alloc(40_000, 'no records '))
    await refused(home, `${file} is damaged: it holds no records`, everyTool)
  })

  it('is mended where its credentials are gone, and told where they are damaged', async () => {
    const home = join(place.folder, 'without')
    cpSync(place.home, home, { recursive: true })
    rmSync(join(home, 'credentials'), { recursive: true })
    const env = { MALLEE_HOME: home }
    const groups = await place.run(['euca-describe-groups', 'kept'], { env })
    assert.equal(groups.stderr, '')
    assert.match(groups.stdout, /^GROUP\tsg-[0-9a-f]{8}\t\d{12}\tkept\tkept\t/)
    writeFileSync(join(home, 'credentials/eucarc'), "export EC2_ACCESS_KEY='half\n\0\x1b[2J")
    await refused(
      home,
      `the embedded cloud in ${home} has no credentials of its administrator; remove ${home}/credentials to have them written again`,
      ['euca-describe-groups'],
    )
    rmSync(join(home, 'credentials'), { recursive: true })
    assert.deepEqual(await place.run(['euca-describe-groups', 'kept'], { env }), groups)
  })

  it('lets its administrator in again who has set every key aside', async () => {
    const home = join(place.folder, 'locked')
    cpSync(place.home, home, { recursive: true })
    const env = { MALLEE_HOME: home }
    const run = (line: string) => place.run(line.split(' '), { env })
    const [old = ''] = (await run('euare-userlistkeys')).stdout.split('\n')
    assert.equal((await run(`euare-usermodkey -s Inactive ${old}`)).stderr, '')
    assert.equal(
      (await run('euare-userlistkeys')).stderr,
      'euare-userlistkeys: error (403 Forbidden): Invalid access key or token\n',
    )
    rmSync(join(home, 'credentials'), { recursive: true })
    const { stdout } = await run('euare-userlistkeys')
    assert.match(stdout, new RegExp(`^${old}\nInactive$`, 'm'))
    assert.match(stdout, /^AKIA[A-Z0-9]{16}\nActive$/m)
  })
})
