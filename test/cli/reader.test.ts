// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { commonOptions } from '../../src/cli/common-options'
import { Leave, UsageError } from '../../src/cli/errors'
import {
  type Args,
  append,
  constant,
  exclusive,
  flag,
  lastOf,
  type Options,
  oneOf,
  option,
  positional,
} from '../../src/cli/options'
import { reader } from '../../src/cli/reader'

const columns = 80
const read = (options: Options, words: readonly string[], dashH = true) =>
  reader(
    'euca-test',
    'Try things',
    { ...options, ...commonOptions(['tabify', 'credentials']) },
    { columns, dashH },
  ).read(words)

const complaint = (options: Options, ...words: string[]): string => {
  try {
    read(options, words)
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error))
    return error.message
  }
  return 'no complaint'
}

describe('The reader', () => {
  it('takes every way of giving a value', () => {
    const options = { name: option('-n --name', {}) }
    for (const words of [['-n', 'x'], ['-nx'], ['--name', 'x'], ['--name=x'], ['--na', 'x'], ['--na=x']]) {
      assert.equal(read(options, words).name, 'x', words.join(' '))
    }
  })

  it('takes an abbreviation for an option of the original, where it could be one of ours as well', () => {
    const options = { force: flag('--force', {}), writeConfig: flag('--write-config', {}) }
    const ours = { ...commonOptions(['wait']) }
    for (const [words, key, value] of [
      [['--f'], 'force', true],
      [['--fo'], 'force', true],
      [['--w'], 'writeConfig', true],
      [['--wa'], 'no such key', undefined],
      [['--form', 'table'], 'outputFormat', 'table'],
      [['--wait'], 'wait', true],
      [['--wait-t', '5'], 'waitTimeout', 5],
      [['--j'], 'json', true],
    ] as const) {
      if (value === undefined) {
        assert.equal(
          complaint({ ...options, ...ours }, ...words),
          'ambiguous option: --wa could match --wait, --wait-timeout',
        )
      } else assert.equal(read({ ...options, ...ours }, words)[key], value, words.join(' '))
    }
  })

  it('leaves a --format alone that a tool has for something else', () => {
    const options = { format: option('-f --format', {}) }
    const all = { ...options, ...commonOptions([], undefined, options) }
    const words = ['--format', 'raw', '--json']
    const given = reader('euca-test', 'Try things', all, { columns, dashH: true }).read(words)
    assert.deepEqual([given.format, given.outputFormat, given.json], ['raw', undefined, true])
  })

  it('lets the last one win', () => {
    assert.equal(read({ name: option('-n', {}) }, ['-n', 'a', '-n', 'b']).name, 'b')
  })

  it('lets the last one win of options that stand for one thing', () => {
    const options = { heed: lastOf({ true: { flags: '-y --yes' }, false: { flags: '-n --no' } }) }
    for (const [words, value] of [
      [[], undefined],
      [['-y', '--no'], 'false'],
      [['-n', '-y'], 'true'],
    ] as const) {
      assert.equal(read(options, words).heed, value, words.join(' '))
    }
  })

  it('joins short flags and ends options at --', () => {
    const options = { all: flag('-a', {}), long: flag('-l', {}), rest: positional('REST', { nargs: '*' }) }
    const { all, long, rest } = read(options, ['-al', '--', '-x', '--y'])
    assert.deepEqual([all, long, rest], [true, true, ['-x', '--y']])
  })

  it('takes positionals before, between and after options', () => {
    const options = { first: positional('A', {}), second: positional('B', {}), name: option('-n', {}) }
    for (const words of [
      ['a', 'b', '-n', 'x'],
      ['-n', 'x', 'a', 'b'],
    ]) {
      const { first, second } = read(options, words)
      assert.deepEqual([first, second], ['a', 'b'])
    }
  })

  it('reads negative numbers and, where told, other words with a dash as values', () => {
    const options = { type: option('-t --type', { dashValues: /^-1/ }), port: option('-p', {}) }
    assert.equal(read(options, ['-t', '-1:-1']).type, '-1:-1')
    assert.equal(read(options, ['--type', '-1:-1']).type, '-1:-1')
    assert.equal(read(options, ['-p', '-1']).port, '-1')
    assert.equal(complaint(options, '-p', '-1:-1'), 'argument -p: expected one argument')
  })

  it('gives lists, flags and defaults where nothing was given', () => {
    const options = {
      list: append('-l', {}),
      yes: flag('-y', {}),
      size: option('-s', { type: 'int', default: 5 }),
      text: option('-t', {}),
      rest: positional('REST', { nargs: '*' }),
      one: constant('-1', 'one', {}),
    }
    const { list, yes, size, text, rest, one } = read(options, [])
    assert.deepEqual(
      { list, yes, size, text, rest, one },
      { list: [], yes: false, size: 5, text: undefined, rest: [], one: undefined },
    )
  })

  it('does not keep what one run appended for the next', () => {
    const options = { list: append('-l', {}) }
    read(options, ['-l', 'a'])
    assert.deepEqual(read(options, ['-l', 'b']).list, ['b'])
  })

  it('words its complaints as Python 2 did', () => {
    const options = {
      id: positional('ID', {}),
      name: option('-n --name', { required: true }),
      other: option('--other', { required: true }),
      size: option('-s --size', { type: 'int' }),
      ratio: option('--ratio', { type: 'float' }),
      colour: option('--colour', { choices: ['red', 'blue'] }),
      either: exclusive({ required: true }, { left: option('--left', {}), right: flag('-r --right', {}) }),
    }
    const rest = ['-n', 'x', '--other', 'y', '-r']
    assert.equal(complaint(options), 'too few arguments')
    assert.equal(complaint(options, '-n', 'x'), 'too few arguments')
    assert.equal(complaint(options, 'id'), 'argument -n/--name is required')
    assert.equal(complaint(options, 'id', '-n', 'x'), 'argument --other is required')
    assert.equal(
      complaint(options, 'id', '-n', 'x', '--other', 'y'),
      'one of the arguments --left -r/--right is required',
    )
    assert.equal(
      complaint(options, 'id', ...rest, '--left', '1'),
      'argument --left: not allowed with argument -r/--right',
    )
    assert.equal(
      complaint(options, 'id', ...rest, '-s', 'two'),
      "argument -s/--size: invalid int value: 'two'",
    )
    assert.equal(
      complaint(options, 'id', ...rest, '--ratio', 'x'),
      "argument --ratio: invalid float value: 'x'",
    )
    assert.equal(
      complaint(options, 'id', ...rest, '--colour', 'green'),
      "argument --colour: invalid choice: 'green' (choose from 'red', 'blue')",
    )
    assert.equal(complaint(options, 'id', ...rest, '--size'), 'argument -s/--size: expected one argument')
    assert.equal(complaint(options, 'id', ...rest, 'more', '--bogus'), 'unrecognized arguments: more --bogus')
    assert.equal(
      complaint(options, 'id', ...rest, '--s', '1'),
      'ambiguous option: --s could match --size, --show-empty-fields, --secret-key, --security-token',
    )
  })

  it('puts a percent sign of help where it stands', () => {
    const help = reader('t', 'Do', { a: flag('-a', { help: '100% of it' }) }, { columns, dashH: true }).help()
    assert.match(help, /-a +100% of it\n/)
  })

  it('leaves -h to a tool that has one of its own', () => {
    assert.equal(read({ human: flag('-h', {}) }, ['-h'], false).human, true)
    assert.throws(() => read({}, ['-h']), Leave)
    assert.throws(() => read({}, ['--help'], false), Leave)
  })

  it('shows the version before it looks for what is missing', () => {
    assert.throws(
      () => read({ id: positional('ID', {}) }, ['--version']),
      (error: unknown) =>
        error instanceof Leave &&
        /^euca2ools 3\.4\.1 \(mallee \S+\)\n/.test(error.stderr) &&
        error.stdout === '',
    )
  })

  it('hides what is hidden and takes it all the same', () => {
    const options = { secret: option('--secret', { hidden: true }) }
    const { help } = reader('t', 'Do', options, { columns, dashH: true })
    assert.doesNotMatch(help(), /secret/)
    assert.equal(read(options, ['--secret', 'x']).secret, 'x')
  })

  it('keeps an exclusive group on one line of usage', () => {
    const options = {
      pad: option('--some-quite-long-option', { metavar: 'A-LONG-VALUE' }),
      group: exclusive(
        { required: false },
        { one: option('--first-of-two', {}), two: option('--second-of-two', {}) },
      ),
    }
    const { usage } = reader('euca-test', 'Try', options, { columns: 70, dashH: true })
    assert.match(usage(), /^ +\[--first-of-two ONE \| --second-of-two TWO\]$/m)
  })

  it('infers the types of arguments from their declarations', () => {
    const options = {
      image: positional('IMAGE', {}),
      more: positional('MORE', { nargs: '*' }),
      maybe: positional('MAYBE', { nargs: '?' }),
      size: option('-s', { type: 'int', default: 1 }),
      date: option('-d', { type: (text: string) => new Date(text) }),
      colour: option('-c', { choices: ['red', 'blue'], required: true }),
      group: exclusive({ required: false }, { left: option('-l', {}), right: flag('-r', {}) }),
      attribute: oneOf({ required: true }, { kernel: { flags: '-k' }, ramdisk: { flags: '-x' } }),
    }
    // Compiled, not run: a wrong type here fails the type check of the tests.
    const use = (args: Args<typeof options>) => {
      const image: string = args.image
      const more: readonly string[] = args.more
      const maybe: string | undefined = args.maybe
      const size: number = args.size
      const date: Date | undefined = args.date
      const colour: 'red' | 'blue' = args.colour
      const left: string | undefined = args.left
      const right: boolean = args.right
      const attribute: 'kernel' | 'ramdisk' = args.attribute
      // @ts-expect-error The group's name is not an argument.
      const group = args.group
      return [image, more, maybe, size, date, colour, left, right, attribute, group]
    }
    assert.equal(typeof use, 'function')
  })
})
