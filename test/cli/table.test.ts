// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from '../../src/cli/row'
import { type Above, columns, namedRecord } from '../../src/cli/table/columns'
import { tabulated } from '../../src/cli/table/table'

const drawn = (rows: readonly Row[], tool = 'euca-test', style = {}): string[] =>
  tabulated(rows, { tool, showEmptyFields: false, hasColour: false, ...style }).split('\n')

const volume = (id: string, state = 'available', type?: string): Row => [
  'VOLUME',
  id,
  1,
  undefined,
  'zone',
  state,
  'now',
  type,
  undefined,
]

describe('A table', () => {
  it('has names above aligned columns, and none for what is empty all the way', () => {
    assert.deepEqual(drawn([volume('vol-1'), volume('vol-22', 'creating', 'gp2')]), [
      'VOLUME  GIB  ZONE  STATE      CREATED  TYPE',
      'vol-1     1  zone  available  now',
      'vol-22    1  zone  creating   now      gp2',
      '',
    ])
  })

  it('shows what is empty when that is wanted', () => {
    const [header, line] = drawn([['KEYPAIR', 'mine', undefined]], 'euca-test', { showEmptyFields: true })
    assert.deepEqual([header, line], ['KEYPAIR  FINGERPRINT', 'mine     (nil)'])
  })

  it('counts places on the screen and not letters', () => {
    const lines = drawn([
      ['TAG', 'volume', 'vol-1', '名前', 'データ'],
      ['TAG', 'volume', 'vol-1', 'naïve', 'é'],
      ['TAG', 'volume', 'vol-1', 'e\u0301', 'combined'],
    ])
    assert.deepEqual(lines, [
      'TAG-OF  ID     KEY    VALUE',
      'volume  vol-1  名前   データ',
      'volume  vol-1  naïve  é',
      'volume  vol-1  e\u0301      combined',
      '',
    ])
  })

  it('spells out what would command a terminal', () => {
    const nasty = 'a\u001b[31m\nb\tc\u009b\u202e'
    assert.equal(drawn([['KEYPAIR', nasty, 'x']])[1], 'a^[[31m^Jb^Ic\\u009b\\u202e  x')
    assert.deepEqual(drawn(['line\tone\u001b[2J\nline two']), ['line\tone^[[2J', 'line two', ''])
  })

  it('has one table for each kind of record, which says what it belongs to', () => {
    const lines = drawn([
      ['ROUTETABLE', 'rtb-1', 'vpc-1'],
      ['ROUTE', 'local', 'active', '10.0.0.0/16', 'CreateRouteTable'],
      ['ASSOCIATION', 'rtbassoc-1', undefined, 'main'],
      ['ROUTETABLE', 'rtb-2', 'vpc-1'],
      ['ROUTE', 'igw-1', 'blackhole', '0.0.0.0/0', 'CreateRoute'],
    ])
    assert.deepEqual(lines, [
      'ROUTE-TABLE  VPC',
      'rtb-1        vpc-1',
      'rtb-2        vpc-1',
      '',
      'TARGET  ROUTE-TABLE  STATE      DESTINATION  ORIGIN',
      'local   rtb-1        active     10.0.0.0/16  CreateRouteTable',
      'igw-1   rtb-2        blackhole  0.0.0.0/0    CreateRoute',
      '',
      'ASSOCIATION  ROUTE-TABLE  MAIN',
      'rtbassoc-1   rtb-1        main',
      '',
    ])
  })

  it('makes columns of names and values', () => {
    const lines = drawn([
      ['TaskType', 'IMPORTVOLUME', 'TaskId', 'import-1', 'Status', 'active'],
      ['DISKIMAGE', 'DiskImageFormat', 'RAW', 'VolumeSize', 1],
      ['TaskType', 'IMPORTINSTANCE', 'TaskId', 'import-2', 'InstanceID', 'i-1'],
    ])
    assert.deepEqual(lines, [
      'TaskType        TaskId    Status  InstanceID',
      'IMPORTVOLUME    import-1  active',
      'IMPORTINSTANCE  import-2          i-1',
      '',
      'DiskImageFormat  TaskId    VolumeSize',
      'RAW              import-1           1',
      '',
    ])
  })

  it('leaves lines that are no records where they are', () => {
    const lines = drawn([['KEYPAIR', 'mine', 'ab:cd'], '-----BEGIN', ['KEYPAIR', 'yours', 'ab']])
    assert.deepEqual(lines, [
      'KEYPAIR  FINGERPRINT',
      'mine     ab:cd',
      '-----BEGIN',
      'KEYPAIR  FINGERPRINT',
      'yours    ab',
      '',
    ])
  })

  it('aligns records that nobody has named, without names', () => {
    assert.deepEqual(
      drawn([
        ['SECRET', 'a', 'b'],
        ['OTHER', 'longer', 'c', 'd'],
      ]),
      ['SECRET  a       b', 'OTHER   longer  c  d', ''],
    )
  })

  it('has colours for states alone, and bold names, where there are colours', () => {
    const [header, good, going, bad] = drawn(
      [volume('vol-1'), volume('available', 'creating'), volume('vol-3', 'error')],
      'euca-test',
      { hasColour: true },
    )
    assert.equal(header, '\u001b[1mVOLUME     GIB  ZONE  STATE      CREATED\u001b[22m')
    assert.equal(good, 'vol-1        1  zone  \u001b[32mavailable\u001b[39m  now')
    assert.equal(going, 'available    1  zone  \u001b[33mcreating\u001b[39m   now')
    assert.equal(bad, 'vol-3        1  zone  \u001b[31merror\u001b[39m      now')
  })

  it('puts what people look for in front', () => {
    const instance = Array.from({ length: 32 }, (_, at) => `f${at + 1}`)
    const [header = ''] = drawn([
      ['RESERVATION', 'r-1', 'me', 'default'],
      ['INSTANCE', ...instance],
    ]).slice(3)
    assert.match(header, /^INSTANCE +STATE +TYPE +PUBLIC-IP +PRIVATE-IP +ZONE +KEY +IMAGE +RESERVATION /)
  })
})

describe('Names of fields', () => {
  it('are different in every record', () => {
    for (const [record, shapes] of Object.entries(columns)) {
      for (const shape of shapes.filter(one => !one.startsWith('='))) {
        const names = shape.split(' ')
        const [above = '', tag] = record.split('/')
        const parent = (columns[above] ?? columns[`RESERVATION/${above}`])?.map(one => one.split(' ')[0])
        const all = tag === undefined ? names : [...names, ...new Set(parent)]
        assert.equal(new Set(all).size, all.length, `${record}: ${shape}`)
      }
    }
  })

  it('are known of every record that a scenario shows', () => {
    const folder = join(__dirname, '../scenarios')
    const nameless = new Set<string>()
    for (const file of readdirSync(folder).filter(name => name.endsWith('.txt'))) {
      let tool = ''
      let above: Above[] = []
      for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
        if (line.startsWith('$ ')) {
          tool = /^\$ (?:[A-Z_]+=\S+ )*(eu[a-z0-9]+-[a-z-]+)(?!.*(--json|--format|> ))/.exec(line)?.[1] ?? ''
          above = []
        } else if (tool !== '' && /^(TaskType|[A-Z_-]+)\t/.test(line) && !line.startsWith('INSTANCETYPE')) {
          const record = line.split('\t')
          const [tag = '', id = ''] = record
          if (!namedRecord(tool, record, above))
            nameless.add(`${tool}: ${tag} of ${record.length - 1} fields`)
          above = [{ tag, name: tag, id }, ...above.filter(one => one.tag !== tag)]
        }
      }
    }
    assert.deepEqual([...nameless].sort(), [])
  })
})
